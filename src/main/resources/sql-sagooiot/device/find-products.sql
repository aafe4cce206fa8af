-- Which of these products there are: those published in SagooIOT.
--   in:  products (keys)
--   out: product_key, as SagooIOT spells it; whoever asked compares it by its bytes, which the collation here does not
SELECT `key` AS product_key
  FROM dev_product
 WHERE `key` IN (:products)
   AND status = 1
   AND deleted_at IS NULL
