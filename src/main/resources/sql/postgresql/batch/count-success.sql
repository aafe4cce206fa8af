-- in: batchId, bucket, shard, change
INSERT INTO ota_batch_duration (batch_id, bucket, shard, tasks)
VALUES (:batchId, :bucket, :shard, :change)
    ON CONFLICT (batch_id, bucket, shard) DO UPDATE SET tasks = ota_batch_duration.tasks + EXCLUDED.tasks
