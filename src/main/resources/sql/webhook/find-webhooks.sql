-- All subscriptions, or those an operator's list goes on with.
--   in: after (an id), limit
SELECT id, name, url, format, events, product_key, secret, old_secrets, headers, status, pause_reason, after_event_id,
       replay_after, dead_after, created_at, updated_at
  FROM ota_webhook
 WHERE id > :after
 ORDER BY id
 LIMIT :limit
