-- Until the lease ends no instance looks at the tasks again.
--   in: ids, until
UPDATE ota_task
   SET due_at = :until
 WHERE id IN (:ids)
