-- Lets a lane go, and locks it until the transaction ends.
--   in:  webhook, lane, claim, due (when what is left in the lane may be sent)
--   out: 0 updated: the lease had ended and another instance has the lane
UPDATE ota_webhook_lane
   SET claimed_by = NULL,
       due_at     = :due
 WHERE webhook_id = :webhook
   AND lane       = :lane
   AND claimed_by = :claim
