-- A page of products in the order of their keys.
--   in: after (the key before the page), limit
SELECT product_key, name, dialect, access_key, created_at, updated_at
  FROM ota_product
 WHERE product_key > :after
 ORDER BY product_key
 LIMIT :limit
