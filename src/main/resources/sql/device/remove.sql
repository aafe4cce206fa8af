-- in: device (path)
DELETE FROM ota_device
 WHERE device = :device
