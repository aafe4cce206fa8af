-- in: id, preparedUntil (path of a device; null: from the start), until
UPDATE ota_batch
   SET prepared_until = :preparedUntil, due_at = :until
 WHERE id = :id
   AND status = 'preparing'
