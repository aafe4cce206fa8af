-- A new module.
--   in: productKey, module, alias and description (may be null), now
INSERT INTO ota_module (product_key, module, alias, description, created_at)
VALUES (:productKey, :module, :alias, :description, :now)
