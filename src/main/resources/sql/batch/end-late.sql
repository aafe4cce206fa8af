-- Cancels what is pending once more: its end has passed while a list came in.
--   in: id
UPDATE ota_batch
   SET work = 'cancel', work_until = NULL, due_at = NULL
 WHERE id = :id
   AND status IN ('scheduled', 'running')
   AND ends_at IS NULL
   AND (work IS NULL OR work = 'cancel')
