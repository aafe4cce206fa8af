-- When the oldest event happened that no subscription has been given yet.
--   in:  after, as in find-undelivered.sql
--   out: 0 or 1 row
SELECT at
  FROM ota_event
 WHERE (undelivered, id) > (1, :after)
   AND undelivered > 0
 ORDER BY undelivered, id
 LIMIT 1
