-- Lanes to send now that no other instance is claiming, the longest due first.
--   in: webhook, now, limit
-- H2 takes the order for a comment: it reads ota_webhook_lane_due in its order anyway, but told to sort rows that it
-- locks it would read all that are due. due_at is bounded from below, too: H2's index begins with NULL, and it would read
-- all lanes that are idle.
SELECT lane
  FROM ota_webhook_lane
 WHERE webhook_id = :webhook
   AND due_at     > TIMESTAMP '1970-01-01 00:00:00'
   AND due_at    <= :now
/*! ORDER BY webhook_id, due_at */
 LIMIT :limit
   FOR UPDATE SKIP LOCKED
