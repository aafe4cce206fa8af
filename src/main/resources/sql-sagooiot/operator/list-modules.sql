-- A page of the modules of a product in the order of their names; default among them for every product, also one that nobody has PUT.
--   in: productKey, after (the name before the page), limit
SELECT product_key, module, alias, description, created_at
  FROM ota_module
 WHERE product_key = :productKey
   AND module      > :after
 UNION ALL
SELECT :productKey, 'default', NULL, NULL, p.created_at
  FROM dev_product p
 WHERE p.`key` = :productKey
   AND CAST(p.`key` AS BINARY) = CAST(:productKey AS BINARY)
   AND p.deleted_at IS NULL
   AND 'default' > :after
   AND NOT EXISTS (SELECT 1 FROM ota_module o WHERE o.product_key = :productKey AND o.module = 'default')
 ORDER BY module
 LIMIT :limit
