-- The task that a device has in a batch, if there is one.
-- batch_id + 0: as in task/find-ids.sql.
--   in: batchId, device (productKey/deviceKey)
SELECT id, batch_id, package_id, product_key, device_key, module, status, step, reason, device_desc, attempt, from_version,
       to_version, created_at, pushed_at, updated_at
  FROM ota_task
 WHERE batch_id + 0 = :batchId
   AND device   = :device
