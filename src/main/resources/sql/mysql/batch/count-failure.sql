-- in: batchId, reason, fromVersion, shard, change
INSERT INTO ota_batch_failure (batch_id, reason, from_version, shard, tasks)
VALUES (:batchId, :reason, :fromVersion, :shard, :change)
    ON DUPLICATE KEY UPDATE tasks = tasks + :change
