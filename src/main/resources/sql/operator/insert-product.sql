-- A new product.
--   in: productKey, name, dialect, accessKey and secretKey (may be null), now
INSERT INTO ota_product (product_key, name, dialect, access_key, secret_key, created_at, updated_at)
VALUES (:productKey, :name, :dialect, :accessKey, :secretKey, :now, :now)
