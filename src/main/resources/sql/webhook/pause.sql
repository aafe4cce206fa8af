--   in: id, reason, now
UPDATE ota_webhook
   SET status       = 'paused',
       pause_reason = :reason,
       updated_at   = :now
 WHERE id = :id
