-- How many successes of a product's module took how long (rollout/DurationBuckets), the shortest first.
--   in: productKey, module
SELECT d.bucket, SUM(d.tasks) AS tasks
  FROM ota_batch b
  JOIN ota_batch_duration d ON d.batch_id = b.id
 WHERE b.product_key = :productKey
   AND b.module = :module
 GROUP BY d.bucket
 ORDER BY d.bucket
