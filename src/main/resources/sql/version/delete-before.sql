-- in: day
DELETE FROM ota_version_count
 WHERE counted_on < :day
