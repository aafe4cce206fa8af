-- A module that a device names is created (domain.md, What an inform does).
--   in: productKey, module, now
INSERT IGNORE INTO ota_module (product_key, module, created_at)
VALUES (:productKey, :module, :now)
