--   in: id, now
UPDATE ota_webhook
   SET status       = 'active',
       pause_reason = NULL,
       updated_at   = :now
 WHERE id = :id
