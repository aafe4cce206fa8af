-- Those that nothing is left of.
--   in: batchId, reason, shard
DELETE FROM ota_batch_message
 WHERE batch_id = :batchId
   AND reason   = :reason
   AND shard    = :shard
   AND tasks    = 0
