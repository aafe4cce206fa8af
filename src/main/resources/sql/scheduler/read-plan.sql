-- How far a batch is with its plan.
--   in: id
SELECT push, stage, forgiven, tokens, tokens_at
  FROM ota_batch
 WHERE id = :id
