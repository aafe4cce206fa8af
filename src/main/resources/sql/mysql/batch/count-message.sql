-- in: batchId, reason, message, shard, change
INSERT INTO ota_batch_message (batch_id, reason, shard, message, tasks)
VALUES (:batchId, :reason, :shard, :message, :change)
    ON DUPLICATE KEY UPDATE tasks = tasks + :change
