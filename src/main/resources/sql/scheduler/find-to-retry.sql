-- in: batchId, after (a task), most
SELECT id, device
  FROM ota_task
 WHERE batch_id = :batchId
   AND id       > :after
   AND ended    IN ('failed', 'canceled')
 ORDER BY batch_id, id
 LIMIT :most
