-- Lanes to send now that no other instance is claiming, the longest due first.
--   in: webhook, now, limit
-- H2 takes the order for a comment: it reads ota_webhook_lane_due in its order anyway, but told to sort rows that it
-- locks it would read all that are due.
SELECT lane
  FROM ota_webhook_lane
 WHERE webhook_id = :webhook
   AND due_at    <= :now
/*! ORDER BY webhook_id, due_at */
 LIMIT :limit
   FOR UPDATE SKIP LOCKED
