-- How far a number of deliveries that wait reaches.
--   in:  id, after (an event's id), before (how many, less one)
--   out: the last one's event; no row where there are fewer
SELECT event_id
  FROM ota_delivery
 WHERE webhook_id = :id
   AND status     = 'waiting'
   AND event_id   > :after
 ORDER BY webhook_id, status, event_id
 LIMIT 1 OFFSET :before
