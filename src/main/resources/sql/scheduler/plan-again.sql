-- When the plan is looked at again. What is done to all tasks of the batch does not wait for that.
--   in: id, now, due
UPDATE ota_batch
   SET due_at = CASE WHEN work IS NULL THEN :due ELSE :now END
 WHERE id = :id
   AND status = 'running'
   AND paused = 0
