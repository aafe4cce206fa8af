-- What the very first push of a task changes in its row: update.sql would write all that it has.
--   in: id, at
UPDATE ota_task
   SET status = 'pushed', pushes = 1, push_number = 1, refusals = 0, first_pushed_at = :at, pushed_at = :at, attempt_pushed_at = :at,
       not_before = NULL, waiting = NULL, due_at = NULL, history_count = history_count + 1, updated_at = :at
 WHERE id = :id
