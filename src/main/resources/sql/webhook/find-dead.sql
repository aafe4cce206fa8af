-- What was given up, in the order of the events.
--   in: webhook, after (an event's id), limit
SELECT id, event_id, lane, is_open
  FROM ota_delivery
 WHERE webhook_id = :webhook
   AND status     = 'dead'
   AND event_id   > :after
 ORDER BY event_id
 LIMIT :limit
