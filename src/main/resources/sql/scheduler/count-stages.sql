-- Tasks of a batch by stage and status.
--   in: id
SELECT stage, status, SUM(tasks) AS tasks
  FROM ota_batch_count
 WHERE batch_id = :id
 GROUP BY stage, status
