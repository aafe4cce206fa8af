-- The list is still coming in, unless the batch has ended or been given to another list since.
--   in: id, held (the list_until that is ours), until
UPDATE ota_batch
   SET list_until = :until
 WHERE id = :id
   AND list_until = :held
   AND status IN ('preparing', 'scheduled', 'running')
