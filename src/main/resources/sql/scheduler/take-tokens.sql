-- in: id, stage, tokens, tokensAt
UPDATE ota_batch
   SET stage = :stage, tokens = :tokens, tokens_at = :tokensAt
 WHERE id = :id
