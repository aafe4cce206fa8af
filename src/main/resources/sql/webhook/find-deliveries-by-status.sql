-- What became of events for a subscription, of one status, in the order of the events.
--   in: webhook, status, after and last (ids of events), limit
SELECT d.id, d.event_id, e.type, e.at, e.device_key, d.status, d.attempts, d.answer, d.error, d.latency_ms, d.created_at, d.updated_at,
       CASE WHEN d.is_open = 1 THEN l.due_at END AS due_at
  FROM ota_delivery d
  JOIN ota_event e ON e.id = d.event_id
  LEFT JOIN ota_webhook_lane l ON l.webhook_id = d.webhook_id AND l.lane = d.lane
 WHERE d.webhook_id = :webhook
   AND d.status     = :status
   AND d.event_id > :after
   AND d.event_id <= :last
 ORDER BY d.event_id
 LIMIT :limit
