-- Canceled batches that have a pending task after all: one that was being made when the batch was canceled, or begins another attempt. Of those
-- that have just been taken for over also one with a task that its device has been told of: an inform that was being answered in the moment of
-- the cancel. It is not over then.
--   in: since (what was over by then stays so)
UPDATE ota_batch
   SET work = 'cancel', work_until = NULL, due_at = NULL, finished_at = NULL
 WHERE status = 'canceled'
   AND (finished_at IS NULL OR finished_at > :since)
   AND work IS NULL
   AND (SELECT COALESCE(SUM(c.tasks), 0)
          FROM ota_batch_count c
         WHERE c.batch_id = ota_batch.id
           AND (c.status = 'pending' OR ota_batch.finished_at IS NOT NULL AND c.status IN ('pushed', 'upgrading'))) > 0
