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
   AND p.deleted_at IS NULL
 LIMIT 1
