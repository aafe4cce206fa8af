-- The product that an access key belongs to.
--   in: accessKey
SELECT product_key
  FROM ota_product
 WHERE access_key = :accessKey
