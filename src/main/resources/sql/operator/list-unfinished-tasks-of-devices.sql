-- What devices are still to do, the newest first.
--   in: devices (productKey/deviceKey each)
SELECT id, batch_id, package_id, product_key, device_key, module, status, step, reason, device_desc, attempt, from_version,
       to_version, created_at, pushed_at, updated_at
  FROM ota_task
 WHERE device IN (:devices)
   AND is_open = 1
 ORDER BY id DESC
