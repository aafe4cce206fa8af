-- One module.
--   in: productKey, module
SELECT product_key, module, alias, description, created_at
  FROM ota_module
 WHERE product_key = :productKey
   AND module      = :module
