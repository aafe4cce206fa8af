-- How many tasks of a product are in which state: the sum over the shards.
--   in: productKey
SELECT c.status, SUM(c.tasks) AS tasks
  FROM ota_batch b
  JOIN ota_batch_count c ON c.batch_id = b.id
 WHERE b.product_key = :productKey
 GROUP BY c.status
