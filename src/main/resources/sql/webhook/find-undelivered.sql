-- Events to fan out, in order.
--   in: limit
SELECT id, type, product_key, device_key
  FROM ota_event
 WHERE undelivered > 0
 ORDER BY undelivered, id
 LIMIT :limit
