-- Events to fan out, in the order of their ids.
--   in: after (nothing is left before it), limit
-- The entries of what has been given stay in the index until they are vacuumed; a comparison of rows begins behind them. Not "= 1": then
-- PostgreSQL may read the primary key in its order, past all of the table.
SELECT id, type, product_key, device_key
  FROM ota_event
 WHERE (undelivered, id) > (1, :after)
   AND undelivered > 0
 ORDER BY undelivered, id
 LIMIT :limit
