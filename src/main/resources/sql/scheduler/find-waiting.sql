-- Tasks whose first push waits, the oldest first.
--   in:  batchId, waiting (1: pushed unasked; 2: have asked; 5: ask by themselves), after (a task), most
--   out: id, device
SELECT id, device
  FROM ota_task
 WHERE batch_id = :batchId
   AND waiting  = :waiting
   AND id       > :after
 ORDER BY batch_id, waiting, id
 LIMIT :most
