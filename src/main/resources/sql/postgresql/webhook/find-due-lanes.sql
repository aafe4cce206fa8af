-- Lanes to send now that no other instance is claiming, the longest due first.
-- due_at is bounded from below, too: H2's indexes begin with NULL, and it would read all that is idle.
--   in: webhook, now, limit
SELECT lane
  FROM ota_webhook_lane
 WHERE webhook_id = :webhook
   AND due_at     > TIMESTAMP '1970-01-01 00:00:00'
   AND due_at    <= :now
 ORDER BY webhook_id, due_at
 LIMIT :limit
   FOR UPDATE SKIP LOCKED
