-- A package of a module, if there is one.
--   in: productKey, module
SELECT id
  FROM ota_package
 WHERE product_key = :productKey
   AND module      = :module
 LIMIT 1
