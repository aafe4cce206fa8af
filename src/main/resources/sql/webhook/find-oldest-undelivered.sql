-- When the oldest event happened that no subscription has been given yet.
--   out: 0 or 1 row
SELECT at
  FROM ota_event
 WHERE undelivered > 0
 ORDER BY undelivered, id
 LIMIT 1
