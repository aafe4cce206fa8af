-- Holds what has not been pushed yet.
--   in: id
UPDATE ota_batch
   SET paused = 1, pause_reason = 'operator'
 WHERE id = :id
   AND status IN ('preparing', 'scheduled', 'running')
   AND paused = 0
