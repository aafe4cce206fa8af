-- When the plan is looked at again. What is done to all tasks of the batch does not wait for that.
--   in: id, due, held (until when this instance has the batch), lease (until when it has it from now on; null: not any more)
UPDATE ota_batch
   SET due_at = CASE WHEN status = 'running' AND paused = 0 AND work IS NULL THEN :due ELSE due_at END, push_until = :lease
 WHERE id = :id
   AND push_until = :held
