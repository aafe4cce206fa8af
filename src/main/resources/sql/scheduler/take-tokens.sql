-- Unless a list of devices has taken the batch back to its first stage since.
--   in: id, stage, tokens, tokensAt
UPDATE ota_batch
   SET stage = :stage, tokens = :tokens, tokens_at = :tokensAt
 WHERE id = :id
   AND stage IN (0, :stage)
