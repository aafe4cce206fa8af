-- Whether claiming is worth a transaction.
--   in:  webhook, now
--   out: 0 or 1 row
SELECT 1
  FROM ota_webhook_lane
 WHERE webhook_id = :webhook
   AND due_at    <= :now
 LIMIT 1
