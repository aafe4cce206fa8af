-- Ends a batch; its tasks are canceled behind that. due_at stays: a preparation may be at work until then.
--   in: id, work (cancel, cancel-all)
UPDATE ota_batch
   SET status = 'canceled', paused = 0, pause_reason = NULL, work = :work, work_until = NULL,
       dynamic = CASE WHEN dynamic = 1 THEN 2 ELSE dynamic END
 WHERE id = :id
   AND status IN ('preparing', 'scheduled', 'running')
