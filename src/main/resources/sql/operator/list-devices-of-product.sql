-- As list-devices, of one product.
--   in: productKey, after (productKey/deviceKey of the one before the page), limit
SELECT product_key, device_key
  FROM ota_device
 WHERE product_key = :productKey
   AND device      > :after
 ORDER BY device
 LIMIT :limit
