-- Canceled batches that have a pending task after all: one that was being made when the batch was canceled, or begins another attempt.
UPDATE ota_batch
   SET work = 'cancel', work_until = NULL, due_at = NULL
 WHERE status = 'canceled'
   AND finished_at IS NULL
   AND work IS NULL
   AND (SELECT COALESCE(SUM(c.tasks), 0)
          FROM ota_batch_count c
         WHERE c.batch_id = ota_batch.id
           AND c.status = 'pending') > 0
