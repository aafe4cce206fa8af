--   in: webhook, most
SELECT id
  FROM ota_delivery
 WHERE webhook_id = :webhook
 ORDER BY webhook_id, event_id
 LIMIT :most
