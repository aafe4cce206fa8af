-- in: id, stage, now
UPDATE ota_batch
   SET stage = :stage, forgiven = 0, due_at = :now
 WHERE id = :id
   AND status = 'running'
   AND paused = 0
