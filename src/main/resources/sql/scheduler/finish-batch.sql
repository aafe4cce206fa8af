-- in: id, now
UPDATE ota_batch
   SET status = 'finished', finished_at = :now
 WHERE id = :id
   AND status = 'running'
