-- Has the failed and canceled tasks of a batch begin anew, and those whose devices rolled back. An end that has passed does not cancel them at
-- once. A batch that was canceled while it was prepared is prepared to its end.
--   in: id, now
UPDATE ota_batch
   SET status = CASE WHEN unlisted = 2 THEN 'preparing' WHEN status = 'scheduled' OR starts_at > :now THEN 'scheduled' ELSE 'running' END,
       unlisted = CASE WHEN unlisted = 2 THEN 0 ELSE unlisted END,
       ends_at = CASE WHEN ends_at <= :now THEN NULL ELSE ends_at END, finished_at = NULL, work = 'retry', work_until = NULL, due_at = NULL
 WHERE id = :id
   AND status <> 'preparing'
   AND work IS NULL
