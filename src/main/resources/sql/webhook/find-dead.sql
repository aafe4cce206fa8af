-- What was given up, in the order of the events.
--   in: webhook, after (an event's id), limit
-- Ordered by the whole index: H2 would sort all otherwise.
SELECT id, event_id, lane, is_open
  FROM ota_delivery
 WHERE webhook_id = :webhook
   AND status     = 'dead'
   AND event_id   > :after
 ORDER BY webhook_id, status, event_id
 LIMIT :limit
