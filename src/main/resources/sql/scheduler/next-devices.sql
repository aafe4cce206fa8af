-- The next devices of a batch of all: those that have reported the module.
--   in:  productKey, module, after (path), most
--   out: device
SELECT device
  FROM ota_device_module
 WHERE product_key = :productKey
   AND module = :module
   AND device > :after
 ORDER BY device
 LIMIT :most
