-- A page of packages in the order in which they were made.
--   in: after (the ID before the page), limit
SELECT id, product_key, module, version, type, name, description, sign_method, platform, custom_info, digest_sign, status,
       created_at
  FROM ota_package
 WHERE id > :after
 ORDER BY id
 LIMIT :limit
