-- in: id, reason
UPDATE ota_batch
   SET paused = 1, pause_reason = :reason
 WHERE id = :id
   AND status IN ('preparing', 'scheduled', 'running')
   AND paused = 0
