-- How many tasks of a product's module are in which state: the sum over the shards.
--   in: productKey, module
SELECT c.status, SUM(c.tasks) AS tasks
  FROM ota_batch b
  JOIN ota_batch_count c ON c.batch_id = b.id
 WHERE b.product_key = :productKey
   AND b.module = :module
 GROUP BY c.status
