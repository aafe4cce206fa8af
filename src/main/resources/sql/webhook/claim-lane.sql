-- Until the lease ends nobody else sends this lane.
--   in: webhook, lane, lease, claim
UPDATE ota_webhook_lane
   SET due_at     = :lease,
       claimed_by = :claim
 WHERE webhook_id = :webhook
   AND lane       = :lane
