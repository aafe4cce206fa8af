-- This instance stops in good order.
DELETE FROM ota_instance
 WHERE client_id = :clientId
