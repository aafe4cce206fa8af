-- Since when the first delivery of a subscription waits.
--   in: webhook
--   out: 0 or 1 row
SELECT created_at
  FROM ota_delivery
 WHERE webhook_id = :webhook
   AND status     = 'waiting'
 ORDER BY webhook_id, status, id
 LIMIT 1
