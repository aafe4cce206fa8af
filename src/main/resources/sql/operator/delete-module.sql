-- Removes a module.
--   in: productKey, module
DELETE FROM ota_module
 WHERE product_key = :productKey
   AND module      = :module
