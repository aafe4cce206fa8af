-- When the plan is looked at again.
--   in: id, due
UPDATE ota_batch
   SET due_at = :due
 WHERE id = :id
   AND status = 'running'
   AND paused = 0
