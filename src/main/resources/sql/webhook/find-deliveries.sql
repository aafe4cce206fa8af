--   in: webhook, statuses, after (an id), limit
SELECT d.id, d.event_id, e.type, e.at, e.device_key, d.status, d.attempts, d.answer, d.error, d.created_at, d.updated_at,
       CASE WHEN d.is_open = 1 THEN l.due_at END AS due_at
  FROM ota_delivery d
  JOIN ota_event e ON e.id = d.event_id
  LEFT JOIN ota_webhook_lane l ON l.webhook_id = d.webhook_id AND l.lane = d.lane
 WHERE d.webhook_id = :webhook
   AND d.status IN (:statuses)
   AND d.id > :after
 ORDER BY d.id
 LIMIT :limit
