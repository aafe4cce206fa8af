-- One package, without its files.
--   in: id
SELECT id, product_key, module, version, type, name, description, sign_method, platform, custom_info, digest_sign, status,
       created_at
  FROM ota_package
 WHERE id = :id
