-- Only as long as it is the one that was asked: the receiver of a URL that has been changed says nothing about the new one.
--   in: id, reason, updated (when it was changed last before it was asked), now
UPDATE ota_webhook
   SET status       = 'paused',
       pause_reason = :reason,
       updated_at   = :now
 WHERE id         = :id
   AND updated_at = :updated
