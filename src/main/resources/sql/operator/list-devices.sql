-- A page of devices in the order of their keys.
--   in: after (productKey/deviceKey of the one before the page), limit
SELECT product_key, device_key
  FROM ota_device
 WHERE device > :after
 ORDER BY device
 LIMIT :limit
