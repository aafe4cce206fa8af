-- The first event of a time or later, from a place on: the events before it are passed one by one.
--   in:  first (an id), since
--   out: 0 or 1 row
SELECT id, at
  FROM ota_event
 WHERE id >= :first
   AND at >= :since
 ORDER BY id
 LIMIT 1
