-- Removes a device's messages up to one.
--   in: device, id
DELETE FROM ota_rejected_message WHERE device = :device AND id <= :id
