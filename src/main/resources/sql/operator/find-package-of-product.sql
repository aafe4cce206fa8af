-- A package of a product, if there is one.
--   in: productKey
SELECT id
  FROM ota_package
 WHERE product_key = :productKey
 LIMIT 1
