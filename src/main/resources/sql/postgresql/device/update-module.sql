-- All at once, as in update.sql.
--   in, arrays of as many elements: device (paths), module, and what it reported
UPDATE ota_device_module m
   SET version = v.version, reported_at = v.reported_at, inform_id = v.inform_id, success_task_id = v.success_task_id,
       success_version = v.success_version, success_from_version = v.success_from_version, success_quiet_until = v.success_quiet_until
  FROM unnest(:device::varchar[], :module::varchar[], :version::varchar[], :reportedAt::timestamp[], :informId::varchar[], :successTaskId::bigint[],
              :successVersion::varchar[], :successFromVersion::varchar[], :successQuietUntil::timestamp[])
    AS v (device, module, version, reported_at, inform_id, success_task_id, success_version, success_from_version, success_quiet_until)
 WHERE m.device = v.device
   AND m.module = v.module
