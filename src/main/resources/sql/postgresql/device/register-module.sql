-- A module that a device names is created (domain.md, What an inform does).
--   in: productKey, module, now
INSERT INTO ota_module (product_key, module, created_at)
VALUES (:productKey, :module, :now)
    ON CONFLICT (product_key, module) DO NOTHING
