-- A page of the modules of a product in the order of their names.
--   in: productKey, after (the name before the page), limit
SELECT product_key, module, alias, description, created_at
  FROM ota_module
 WHERE product_key = :productKey
   AND module      > :after
 ORDER BY module
 LIMIT :limit
