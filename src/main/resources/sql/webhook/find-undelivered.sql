-- Events to fan out, in order.
--   in: limit
-- Not "= 1": then PostgreSQL may read the primary key in its order, past everything that has been given.
SELECT id, type, product_key, device_key
  FROM ota_event
 WHERE undelivered > 0
 ORDER BY undelivered, id
 LIMIT :limit
