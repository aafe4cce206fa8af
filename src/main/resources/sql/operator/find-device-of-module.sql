-- A device that runs a module, if there is one.
--   in: productKey, module
SELECT device
  FROM ota_device_module
 WHERE product_key = :productKey
   AND module      = :module
 LIMIT 1
