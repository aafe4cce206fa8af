-- Unless a list of devices is coming in, or has taken the batch back to its first stage since.
--   in: id, stage, now, tokens, tokensAt
UPDATE ota_batch
   SET stage = :stage, tokens = :tokens, tokens_at = :tokensAt
 WHERE id = :id
   AND stage IN (0, :stage)
   AND (list_until IS NULL OR list_until <= :now)
