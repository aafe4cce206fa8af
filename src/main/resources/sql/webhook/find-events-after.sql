-- The events that follow one, in the order in which they were written.
--   in: after (an id), limit
SELECT id, type, at, product_key, device_key, undelivered
  FROM ota_event
 WHERE id > :after
 ORDER BY id
 LIMIT :limit
