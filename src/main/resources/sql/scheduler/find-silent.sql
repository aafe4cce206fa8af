-- Tasks in progress of which nothing has been heard: no index has these times, for each message changes them.
--   in: batchId, heard (the latest news that are too old), after (a task), most
SELECT id, device
  FROM ota_task
 WHERE batch_id = :batchId
   AND ended    IS NULL
   AND status   IN ('pushed', 'upgrading')
   AND (attempt_pushed_at IS NULL OR attempt_pushed_at <= :heard)
   AND (progress_at IS NULL OR progress_at <= :heard)
   AND id       > :after
 ORDER BY batch_id, ended, id
 LIMIT :most
