-- A canceled batch, now with what is in progress.
--   in: id
UPDATE ota_batch
   SET work = 'cancel-all', work_until = NULL
 WHERE id = :id
   AND status = 'canceled'
