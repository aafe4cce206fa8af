-- A canceled batch, now with what is in progress.
--   in: id
UPDATE ota_batch
   SET work = 'cancel-all', work_until = NULL, due_at = NULL
 WHERE id = :id
   AND status = 'canceled'
