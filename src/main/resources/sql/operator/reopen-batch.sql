-- in: id
UPDATE ota_batch
   SET status = 'running', finished_at = NULL, due_at = NULL
 WHERE id = :id
   AND status IN ('finished', 'canceled')
   AND work IS NULL
