-- Until the lease ends no other instance lets tasks of the batch go.
--   in: id, now, lease
UPDATE ota_batch
   SET due_at = :lease
 WHERE id = :id
   AND status = 'running'
   AND paused = 0
   AND (due_at IS NULL OR due_at <= :now)
   AND (list_until IS NULL OR list_until <= :now)
