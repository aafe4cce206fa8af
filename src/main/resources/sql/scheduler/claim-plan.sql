-- Until the lease ends no other instance lets tasks of the batch go.
--   in: id, now, held (until when this instance has it already; null if it has not), lease
UPDATE ota_batch
   SET push_until = :lease
 WHERE id = :id
   AND status = 'running'
   AND paused = 0
   AND (due_at IS NULL OR due_at <= :now)
   AND (list_until IS NULL OR list_until <= :now)
   AND (push_until IS NULL OR push_until <= :now OR push_until = :held)
