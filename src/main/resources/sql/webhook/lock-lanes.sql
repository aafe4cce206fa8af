-- Sorted, as everyone locks lanes, so that nobody waits in a circle.
--   in: claims
SELECT lane
  FROM ota_webhook_lane
 WHERE claimed_by IN (:claims)
 ORDER BY webhook_id, lane
   FOR UPDATE
