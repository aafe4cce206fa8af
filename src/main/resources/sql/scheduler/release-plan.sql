-- Another instance may let tasks of the batch go at once.
--   in: id, held (until when this instance has the batch)
UPDATE ota_batch
   SET push_until = NULL
 WHERE id = :id
   AND push_until = :held
