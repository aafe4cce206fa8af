-- The first subscription, there or deleted, that has deliveries or lanes.
--   in:  from (the least ID)
--   out: 0 or 1 row
-- Ordered by whole keys: H2 would sort all otherwise.
SELECT webhook_id
  FROM (SELECT webhook_id
          FROM ota_delivery
         WHERE webhook_id >= :from
         ORDER BY webhook_id, event_id
         LIMIT 1) AS delivery
 UNION ALL
SELECT webhook_id
  FROM (SELECT webhook_id
          FROM ota_webhook_lane
         WHERE webhook_id >= :from
         ORDER BY webhook_id, lane
         LIMIT 1) AS lane
 ORDER BY webhook_id
 LIMIT 1
