-- The number of the first message that is one too many, the most frequent counted first; no row where they are not too many.
--   in: batchId, reason, shard, kept
SELECT ABS(tasks)
  FROM ota_batch_message
 WHERE batch_id = :batchId
   AND reason   = :reason
   AND shard    = :shard
 ORDER BY ABS(tasks) DESC
 LIMIT 1 OFFSET :kept
