-- Holds a product until the transaction ends.
--   in: productKey
SELECT product_key
  FROM ota_product
 WHERE product_key = :productKey
   FOR UPDATE
