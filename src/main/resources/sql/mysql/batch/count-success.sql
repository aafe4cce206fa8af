-- in: batchId, bucket, shard, change
INSERT INTO ota_batch_duration (batch_id, bucket, shard, tasks)
VALUES (:batchId, :bucket, :shard, :change)
    ON DUPLICATE KEY UPDATE tasks = tasks + :change
