--   in: webhook, most
SELECT lane
  FROM ota_webhook_lane
 WHERE webhook_id = :webhook
 ORDER BY webhook_id, lane
 LIMIT :most
