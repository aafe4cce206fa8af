-- The last tasks of a device, the newest first.
--   in: device (productKey/deviceKey)
SELECT id, batch_id, package_id, product_key, device_key, module, status, step, reason, device_desc, attempt, from_version,
       to_version, created_at, pushed_at, updated_at
  FROM ota_task
 WHERE device = :device
 ORDER BY id DESC
 LIMIT 100
