-- Removes a product.
--   in: productKey
DELETE FROM ota_product
 WHERE product_key = :productKey
