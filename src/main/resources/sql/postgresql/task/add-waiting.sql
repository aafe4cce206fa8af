-- All at once, as in device/update.sql.
INSERT INTO ota_waiting (batch_id, waiting, task_id, device, ready)
SELECT *
  FROM unnest(:batchId::bigint[], :waiting::smallint[], :id::bigint[], :device::varchar[], :ready::smallint[])
