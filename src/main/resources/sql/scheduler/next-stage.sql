-- Unless a list of devices is coming in, or has taken the batch back to its first stage since.
--   in: id, stage, now
UPDATE ota_batch
   SET stage = :stage, forgiven = 0, due_at = :now
 WHERE id = :id
   AND status = 'running'
   AND paused = 0
   AND stage IN (0, :stage - 1)
   AND (list_until IS NULL OR list_until <= :now)
