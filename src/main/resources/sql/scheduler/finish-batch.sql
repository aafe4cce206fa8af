-- in: id, status (it stays, if it is canceled), now
UPDATE ota_batch
   SET status = CASE WHEN status = 'running' THEN 'finished' ELSE status END, finished_at = :now
 WHERE id = :id
   AND status = :status
   AND finished_at IS NULL
