-- As list-devices, of one product: by the index of its keys, so that no other product's devices are read.
--   in: productKey, after (deviceKey of the one before the page), limit
SELECT product_key, device_key
  FROM ota_device
 WHERE product_key = :productKey
   AND device_key  > :after
 ORDER BY product_key, device_key
 LIMIT :limit
