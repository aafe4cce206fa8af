-- in: batchId, waiting (what it was when the task was read), id
DELETE FROM ota_waiting
 WHERE batch_id = :batchId
   AND waiting  = :waiting
   AND task_id  = :id
