-- One product, without its secret.
--   in: productKey
SELECT product_key, name, dialect, access_key, created_at, updated_at
  FROM ota_product
 WHERE product_key = :productKey
