-- How many tasks of a batch are in which state: the sum over the shards.
--   in: batchId
SELECT c.status, SUM(c.tasks) AS tasks
  FROM ota_batch b
  JOIN ota_batch_count c ON c.batch_id = b.id
 WHERE b.id = :batchId
 GROUP BY c.status
