-- Changes a module.
--   in:  productKey, module, alias and description (may be null)
--   out: 0 rows: there is no such module
UPDATE ota_module
   SET alias       = :alias,
       description = :description
 WHERE product_key = :productKey
   AND module      = :module
