UPDATE ota_device_module
   SET version = :version, reported_at = :reportedAt, inform_id = :informId, success_task_id = :successTaskId, success_version = :successVersion,
       success_from_version = :successFromVersion, success_quiet_until = :successQuietUntil
 WHERE device = :device
   AND module = :module
