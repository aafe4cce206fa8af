-- After a resume nothing waits for its next attempt any longer.
--   in: id, now
UPDATE ota_webhook_lane
   SET due_at = :now
 WHERE webhook_id = :id
   AND due_at     > :now
   AND claimed_by IS NULL
