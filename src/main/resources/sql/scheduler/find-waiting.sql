-- Tasks that wait for their plan or an operator, the oldest first.
--   in:  batchId, waiting (1: pushed unasked; 2: have asked; 5: ask by themselves; 6: have succeeded, but their devices rolled back), after (a task), most
--   out: id, device; ready is 1 where nothing about the device has to be looked at (V4__ready_tasks.sql)
SELECT task_id AS id, device, ready
  FROM ota_waiting
 WHERE batch_id = :batchId
   AND waiting  = :waiting
   AND task_id  > :after
 ORDER BY batch_id, waiting, task_id
 LIMIT :most
