-- What devices last reported, and their last successes.
--   in:  devices (paths)
SELECT device, module, version, reported_at, inform_id, success_task_id, success_version, success_from_version, success_quiet_until
  FROM ota_device_module
 WHERE device IN (:devices)
