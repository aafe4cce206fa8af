-- Of a subscription that has been deleted.
--   in: webhook, lanes
DELETE FROM ota_webhook_lane
 WHERE webhook_id = :webhook
   AND lane IN (:lanes)
