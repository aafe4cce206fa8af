-- in: day
SELECT counted_on
  FROM ota_version_count
 WHERE counted_on = :day
 LIMIT 1
