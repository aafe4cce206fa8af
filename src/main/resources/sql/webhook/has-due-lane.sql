-- Whether claiming is worth a transaction.
-- due_at is bounded from below, too: H2's indexes begin with NULL, and it would read all that is idle.
--   in:  webhook, now
--   out: 0 or 1 row
SELECT 1
  FROM ota_webhook_lane
 WHERE webhook_id = :webhook
   AND due_at     > TIMESTAMP '1970-01-01 00:00:00'
   AND due_at    <= :now
 LIMIT 1
