-- in: batchId, status, stage, shard, change
INSERT INTO ota_batch_count (batch_id, status, stage, shard, tasks)
VALUES (:batchId, :status, :stage, :shard, :change)
    ON DUPLICATE KEY UPDATE tasks = tasks + :change
