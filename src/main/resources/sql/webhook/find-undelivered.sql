-- Events to fan out, in the order of their ids.
--   in: limit
SELECT id, type, product_key, device_key
  FROM ota_event
 WHERE undelivered > 0
 ORDER BY undelivered, id
 LIMIT :limit
