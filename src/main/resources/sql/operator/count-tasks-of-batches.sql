-- How many tasks of batches are in which state: the sum over the shards.
--   in: batchIds
SELECT batch_id, status, SUM(tasks) AS tasks
  FROM ota_batch_count
 WHERE batch_id IN (:batchIds)
 GROUP BY batch_id, status
