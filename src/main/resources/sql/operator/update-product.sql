-- Changes a product; an access key or a secret that is null stays what it is.
--   in:  productKey, name, dialect, accessKey and secretKey (may be null), now
--   out: 0 rows: there is no such product
UPDATE ota_product
   SET name       = :name,
       dialect    = :dialect,
       access_key = COALESCE(:accessKey, access_key),
       secret_key = COALESCE(:secretKey, secret_key),
       updated_at = :now
 WHERE product_key = :productKey
