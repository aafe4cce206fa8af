-- The events that follow one, in the order in which they were written.
--   in: after (an id), most
SELECT id, at, undelivered
  FROM ota_event
 WHERE id > :after
 ORDER BY id
 LIMIT :most
