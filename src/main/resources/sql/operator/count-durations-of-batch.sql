-- How many successes of a batch took how long (rollout/DurationBuckets), the shortest first.
--   in: batchId
SELECT d.bucket, SUM(d.tasks) AS tasks
  FROM ota_batch b
  JOIN ota_batch_duration d ON d.batch_id = b.id
 WHERE b.id = :batchId
 GROUP BY d.bucket
 ORDER BY d.bucket
