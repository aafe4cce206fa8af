-- Ends a batch; its tasks are canceled behind that. While it is prepared that waits for the end of the lease: a chunk may be at work.
-- unlisted is 2 then: not all of its devices have been looked at, should it be retried.
--   in: id, work (cancel, cancel-all)
UPDATE ota_batch
   SET due_at = CASE WHEN status = 'preparing' THEN due_at ELSE NULL END,
       unlisted = CASE WHEN status = 'preparing' AND unlisted = 0 THEN 2 ELSE unlisted END,
       status = 'canceled', paused = 0, pause_reason = NULL, work = :work, work_until = NULL,
       dynamic = CASE WHEN dynamic = 1 THEN 2 ELSE dynamic END
 WHERE id = :id
   AND status IN ('preparing', 'scheduled', 'running')
