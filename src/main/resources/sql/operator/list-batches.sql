-- A page of batches in the order in which they were made.
--   in: after (the ID before the page), limit
SELECT id, package_id, product_key, module, to_version, type, name, protocol, selection, push, dynamic, tags, rollout,
       CASE WHEN paused = 1 AND status IN ('preparing', 'scheduled', 'running') THEN 'paused' ELSE status END AS status, pause_reason,
       created_at, finished_at
  FROM ota_batch
 WHERE id > :after
 ORDER BY id
 LIMIT :limit
