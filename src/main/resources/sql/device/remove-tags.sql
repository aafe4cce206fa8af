-- in: device (path)
DELETE FROM ota_device_tag
 WHERE device = :device
