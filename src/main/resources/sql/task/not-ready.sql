-- Has a waiting task looked at before it goes.
--   in: batchId, waiting, id
UPDATE ota_waiting
   SET ready = 0
 WHERE batch_id = :batchId
   AND waiting  = :waiting
   AND task_id  = :id
   AND ready    = 1
