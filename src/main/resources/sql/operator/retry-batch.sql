-- Has the failed and canceled tasks of a batch begin anew.
--   in: id
UPDATE ota_batch
   SET status = CASE WHEN status = 'scheduled' THEN status ELSE 'running' END,
       finished_at = NULL, work = 'retry', work_until = NULL, due_at = NULL
 WHERE id = :id
   AND status <> 'preparing'
   AND work IS NULL
