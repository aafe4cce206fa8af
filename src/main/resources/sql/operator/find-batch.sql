-- One batch.
--   in: id
SELECT id, package_id, product_key, module, to_version, type, name, protocol, selection, push, dynamic, tags, rollout,
       CASE WHEN paused = 1 AND status IN ('preparing', 'scheduled', 'running') THEN 'paused' ELSE status END AS status, pause_reason,
       created_at, finished_at
  FROM ota_batch
 WHERE id = :id
