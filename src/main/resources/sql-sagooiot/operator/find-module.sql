-- One module; default is there for every product, also one that nobody has PUT.
--   in: productKey, module
SELECT product_key, module, alias, description, created_at
  FROM ota_module
 WHERE product_key = :productKey
   AND module      = :module
 UNION ALL
SELECT :productKey, :module, NULL, NULL, p.created_at
  FROM dev_product p
 WHERE :module = 'default'
   AND p.`key` = :productKey
   AND CAST(p.`key` AS BINARY) = CAST(:productKey AS BINARY)
   AND p.deleted_at IS NULL
   AND NOT EXISTS (SELECT 1 FROM ota_module o WHERE o.product_key = :productKey AND o.module = 'default')
