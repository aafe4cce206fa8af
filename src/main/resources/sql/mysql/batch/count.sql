-- in: batchId, status, shard, change
INSERT INTO ota_batch_count (batch_id, status, shard, tasks)
VALUES (:batchId, :status, :shard, :change)
    ON DUPLICATE KEY UPDATE tasks = tasks + :change
