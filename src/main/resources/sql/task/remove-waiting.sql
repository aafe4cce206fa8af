-- Of tasks with IDs one after the other at once.
--   in: batchId, waiting (what it was when the tasks were read), first, last (IDs)
DELETE FROM ota_waiting
 WHERE batch_id = :batchId
   AND waiting  = :waiting
   AND task_id BETWEEN :first AND :last
