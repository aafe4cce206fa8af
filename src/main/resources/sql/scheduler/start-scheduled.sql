-- in: id
UPDATE ota_batch
   SET status = 'running', due_at = NULL
 WHERE id = :id
   AND status = 'scheduled'
