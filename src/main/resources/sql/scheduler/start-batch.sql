-- in: id, now
UPDATE ota_batch
   SET status = CASE WHEN starts_at > :now THEN 'scheduled' ELSE 'running' END, due_at = NULL
 WHERE id = :id
   AND status = 'preparing'
