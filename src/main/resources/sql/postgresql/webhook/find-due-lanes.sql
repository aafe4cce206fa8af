-- Lanes to send now that no other instance is claiming, the longest due first.
--   in: webhook, now, limit
SELECT lane
  FROM ota_webhook_lane
 WHERE webhook_id = :webhook
   AND due_at    <= :now
 ORDER BY webhook_id, due_at
 LIMIT :limit
   FOR UPDATE SKIP LOCKED
