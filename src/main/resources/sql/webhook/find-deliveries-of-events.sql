-- What a subscription has had, or waits for, of the events from one to another.
--   in: webhook, first, last (ids of events)
SELECT id, event_id, lane, is_open
  FROM ota_delivery
 WHERE webhook_id = :webhook
   AND event_id BETWEEN :first AND :last
