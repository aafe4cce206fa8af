-- Goes on. The failures of the stage so far are known to the operator.
--   in: id
UPDATE ota_batch
   SET paused = 0, pause_reason = NULL,
       forgiven = (SELECT COALESCE(SUM(c.tasks), 0)
                     FROM ota_batch_count c
                    WHERE c.batch_id = :id
                      AND c.stage = ota_batch.stage
                      AND c.status = 'failed'),
       due_at = CASE WHEN status = 'running' THEN NULL ELSE due_at END
 WHERE id = :id
   AND status IN ('preparing', 'scheduled', 'running')
   AND paused = 1
