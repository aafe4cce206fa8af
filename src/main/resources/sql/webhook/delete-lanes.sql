DELETE FROM ota_webhook_lane
 WHERE webhook_id = :id
