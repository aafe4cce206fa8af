-- All at once, as in device/update.sql.
--   in, arrays of as many elements, no two of the same counter: batchId, status, stage, shard, change
INSERT INTO ota_batch_count (batch_id, status, stage, shard, tasks)
SELECT v.batch_id, v.status, v.stage, v.shard, v.change
  FROM unnest(:batchId::bigint[], :status::varchar[], :stage::int[], :shard::int[], :change::bigint[])
    AS v (batch_id, status, stage, shard, change)
    ON CONFLICT (batch_id, status, stage, shard) DO UPDATE SET tasks = ota_batch_count.tasks + EXCLUDED.tasks
