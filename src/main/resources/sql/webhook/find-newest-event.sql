--   out: 0 or 1 row
SELECT id, at
  FROM ota_event
 ORDER BY id DESC
 LIMIT 1
