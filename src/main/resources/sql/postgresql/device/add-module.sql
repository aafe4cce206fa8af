-- All at once, as in update.sql.
INSERT INTO ota_device_module (device, module, product_key, version, reported_at, inform_id, success_task_id, success_version,
                               success_from_version, success_quiet_until)
SELECT *
  FROM unnest(:device::varchar[], :module::varchar[], :productKey::varchar[], :version::varchar[], :reportedAt::timestamp[], :informId::varchar[],
              :successTaskId::bigint[], :successVersion::varchar[], :successFromVersion::varchar[], :successQuietUntil::timestamp[])
