-- A device of a product, if there is one.
--   in: productKey
SELECT device_key
  FROM ota_device
 WHERE product_key = :productKey
 LIMIT 1
