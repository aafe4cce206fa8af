DELETE FROM ota_webhook
 WHERE id = :id
