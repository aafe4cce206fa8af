-- One device.
--   in: device (productKey/deviceKey)
SELECT product_key, device_key
  FROM ota_device
 WHERE device = :device
