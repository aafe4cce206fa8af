-- Which of these products there are. A message of another one is refused (domain.md, What an inform does).
--   in:  products (keys)
--   out: product_key
SELECT product_key
  FROM ota_product
 WHERE product_key IN (:products)
