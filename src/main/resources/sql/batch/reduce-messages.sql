-- Takes as much from every message; a shard's number is negative where tasks began anew that another one has counted.
--   in: batchId, reason, shard, surplus
UPDATE ota_batch_message
   SET tasks = CASE WHEN tasks > :surplus THEN tasks - :surplus WHEN tasks < -:surplus THEN tasks + :surplus ELSE 0 END
 WHERE batch_id = :batchId
   AND reason   = :reason
   AND shard    = :shard
