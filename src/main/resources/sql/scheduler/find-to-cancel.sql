-- in: batchId, statuses, after (a task), most
SELECT id, device
  FROM ota_task
 WHERE batch_id = :batchId
   AND ended    IS NULL
   AND status   IN (:statuses)
   AND id       > :after
 ORDER BY batch_id, ended, id
 LIMIT :most
