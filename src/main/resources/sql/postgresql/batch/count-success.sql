-- All at once, as in device/update.sql.
--   in, arrays of as many elements, no two of the same bucket: batchId, bucket, shard, change
INSERT INTO ota_batch_duration (batch_id, bucket, shard, tasks)
SELECT v.batch_id, v.bucket, v.shard, v.change
  FROM unnest(:batchId::bigint[], :bucket::int[], :shard::int[], :change::bigint[]) AS v (batch_id, bucket, shard, change)
    ON CONFLICT (batch_id, bucket, shard) DO UPDATE SET tasks = ota_batch_duration.tasks + EXCLUDED.tasks
