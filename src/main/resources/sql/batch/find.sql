-- What of a batch never changes.
--   in: id
SELECT id, package_id, product_key, module, to_version, push, rollout
  FROM ota_batch
 WHERE id = :id
