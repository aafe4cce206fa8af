-- A list has come, or broken off.
--   in: id, held (the list_until that is ours), whole (1: all of it has come, else 0)
UPDATE ota_batch
   SET list_until = NULL, unlisted = CASE WHEN :whole = 1 AND unlisted = 1 THEN 0 ELSE unlisted END
 WHERE id = :id
   AND list_until = :held
