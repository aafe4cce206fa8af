-- What waits in one lane, in the order of the events.
--   in: webhook, lane, limit
SELECT d.id AS delivery_id, d.lane, d.attempts, d.first_attempt_at,
       e.id, e.type, e.at, e.sequence, e.product_key, e.device_key, e.module, e.batch_id, e.task_id, e.package_id, e.data
  FROM ota_delivery d
  JOIN ota_event e ON e.id = d.event_id
 WHERE d.webhook_id = :webhook
   AND d.lane       = :lane
   AND d.is_open    = 1
 ORDER BY d.event_id
 LIMIT :limit
