-- What of a batch never changes.
--   in:  id
--   out: type is the package's: full, diff; full where the package is gone
SELECT b.id, b.package_id, b.product_key, b.module, b.to_version, b.push, b.rollout, COALESCE(p.type, 'full') AS type
  FROM ota_batch b
  LEFT JOIN ota_package p ON p.id = b.package_id
 WHERE b.id = :id
