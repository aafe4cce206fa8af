-- The IDs of tasks that have just been added.
-- batch_id + 0: found by device, for who has not counted a new batch's tasks yet would read all of them.
--   in:  batchId, devices (paths)
--   out: id, device
SELECT id, device
  FROM ota_task
 WHERE batch_id + 0 = :batchId
   AND device IN (:devices)
