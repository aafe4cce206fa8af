-- in: id, work, until (a task), now
UPDATE ota_batch
   SET work_until = :until, due_at = :now
 WHERE id = :id
   AND work = :work
