-- in: batchId, status, stage, shard, change
INSERT INTO ota_batch_count (batch_id, status, stage, shard, tasks)
VALUES (:batchId, :status, :stage, :shard, :change)
    ON CONFLICT (batch_id, status, stage, shard) DO UPDATE SET tasks = ota_batch_count.tasks + EXCLUDED.tasks
