-- in: id, work, now, lease
UPDATE ota_batch
   SET due_at = :lease
 WHERE id = :id
   AND work = :work
   AND (due_at IS NULL OR due_at <= :now)
