-- One batch.
--   in: id
SELECT id, package_id, product_key, module, to_version, type, name, protocol, selection, push, tags, rollout, status,
       created_at, finished_at
  FROM ota_batch
 WHERE id = :id
