-- in: device (path)
DELETE FROM ota_device_module
 WHERE device = :device
