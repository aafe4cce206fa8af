-- What became of a device's events for a subscription, in the order of the events.
--   in: webhook, lane, statuses, after and last (ids of events), limit
-- Limited before the events are joined, and ordered by the whole index: else PostgreSQL reads all events, and H2 sorts all deliveries.
SELECT d.id, d.event_id, e.type, e.at, e.device_key, d.status, d.attempts, d.answer, d.error, d.latency_ms, d.created_at, d.updated_at,
       CASE WHEN d.is_open = 1 THEN l.due_at END AS due_at
  FROM (SELECT id, webhook_id, event_id, lane, status, is_open, attempts, answer, error, latency_ms, created_at, updated_at
          FROM ota_delivery
         WHERE webhook_id = :webhook
           AND lane = :lane
           AND status IN (:statuses)
           AND event_id > :after
           AND event_id <= :last
         ORDER BY event_id
         LIMIT :limit) d
  JOIN ota_event e ON e.id = d.event_id
  LEFT JOIN ota_webhook_lane l ON l.webhook_id = d.webhook_id AND l.lane = d.lane
 ORDER BY d.event_id
