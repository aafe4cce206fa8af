-- Lets a lane go that is still ours; its row is locked, so that no event can be added unseen.
--   in: webhook, lane, claim, due (when what is left in the lane may be sent)
UPDATE ota_webhook_lane
   SET claimed_by = NULL,
       due_at     = CASE WHEN EXISTS (SELECT 1
                                        FROM ota_delivery d
                                       WHERE d.webhook_id = :webhook
                                         AND d.lane       = :lane
                                         AND d.is_open    = 1) THEN :due END
 WHERE webhook_id = :webhook
   AND lane       = :lane
   AND claimed_by = :claim
