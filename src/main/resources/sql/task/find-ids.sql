-- The IDs of tasks that have just been added.
--   in:  batchId, devices (paths)
--   out: id, device
SELECT id, device
  FROM ota_task
 WHERE batch_id = :batchId
   AND device IN (:devices)
