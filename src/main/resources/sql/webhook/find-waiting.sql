-- What waits in the lanes of a claim, in the order of the events.
--   in: claim, limit
SELECT d.id AS delivery_id, d.lane, d.attempts, d.first_attempt_at,
       e.id, e.type, e.at, e.sequence, e.product_key, e.device_key, e.module, e.batch_id, e.task_id, e.package_id, e.data
  FROM ota_webhook_lane l
  JOIN ota_delivery d ON d.webhook_id = l.webhook_id AND d.lane = l.lane AND d.is_open = 1
  JOIN ota_event e ON e.id = d.event_id
 WHERE l.claimed_by = :claim
 ORDER BY d.event_id
 LIMIT :limit
