--   in:  webhook, lane, lease, claim
--   out: 0 updated: the lease ended and another instance has the lane
UPDATE ota_webhook_lane
   SET due_at     = :lease
 WHERE webhook_id = :webhook
   AND lane       = :lane
   AND claimed_by = :claim
