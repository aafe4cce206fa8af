DELETE FROM ota_delivery
 WHERE webhook_id = :id
