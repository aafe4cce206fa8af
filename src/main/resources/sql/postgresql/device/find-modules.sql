-- As the common one, of an array: one parameter, however many devices there are.
SELECT device, module, version, reported_at, inform_id, success_task_id, success_version, success_from_version, success_quiet_until
  FROM ota_device_module
 WHERE device = ANY (:devices::varchar[])
