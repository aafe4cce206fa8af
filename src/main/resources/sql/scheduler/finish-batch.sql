-- The counters are looked at again: a task may have begun anew since, or a list may be coming in.
--   in: id, status (it stays, if it is canceled), now
UPDATE ota_batch
   SET status = CASE WHEN status = 'running' THEN 'finished' ELSE status END, finished_at = :now, paused = 0, pause_reason = NULL
 WHERE id = :id
   AND status = :status
   AND finished_at IS NULL
   AND work IS NULL
   AND (list_until IS NULL OR list_until <= :now)
   AND (SELECT COALESCE(SUM(c.tasks), 0)
          FROM ota_batch_count c
         WHERE c.batch_id = ota_batch.id
           AND c.status IN ('pending', 'pushed', 'upgrading')) = 0
