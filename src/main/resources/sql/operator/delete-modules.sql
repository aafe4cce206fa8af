-- Removes the modules of a product.
--   in: productKey
DELETE FROM ota_module
 WHERE product_key = :productKey
