-- in: id, work
UPDATE ota_batch
   SET work = NULL, work_until = NULL, due_at = NULL
 WHERE id = :id
   AND work = :work
