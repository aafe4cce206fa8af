-- The next devices that a batch may take: those that have reported the module.
-- The order names every column of the index: H2 would read and sort all the rest otherwise.
--   in:  productKey, module, after (path), most
--   out: device, version
SELECT device, version
  FROM ota_device_module
 WHERE product_key = :productKey
   AND module = :module
   AND device > :after
 ORDER BY product_key, module, device
 LIMIT :most
