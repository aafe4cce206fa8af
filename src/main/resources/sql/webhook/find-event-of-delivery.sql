--   in:  webhook, id
--   out: 0 or 1 row
SELECT event_id
  FROM ota_delivery
 WHERE webhook_id = :webhook
   AND id         = :id
