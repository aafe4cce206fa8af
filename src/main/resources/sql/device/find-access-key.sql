-- The product whose devices ask with an access key.
--   in: accessKey
SELECT product_key, secret_key
  FROM ota_product
 WHERE access_key = :accessKey
