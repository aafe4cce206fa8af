-- As list-tasks, the unfinished ones in one status.
--   in: batchId, status, after (the ID before the page), until (the last ID to look at), limit
SELECT id, batch_id, package_id, product_key, device_key, module, status, step, reason, device_desc, attempt, from_version,
       to_version, created_at, pushed_at, updated_at
  FROM ota_task
 WHERE batch_id = :batchId
   AND ended    IS NULL
   AND status   = :status
   AND id       > :after
   AND id      <= :until
 ORDER BY batch_id, ended, id
 LIMIT :limit
