-- in: batchId, status, shard, change
INSERT INTO ota_batch_count (batch_id, status, shard, tasks)
VALUES (:batchId, :status, :shard, :change)
    ON CONFLICT (batch_id, status, shard) DO UPDATE SET tasks = ota_batch_count.tasks + EXCLUDED.tasks
