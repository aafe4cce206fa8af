-- How far a page of unfinished tasks may look for those in one status, which is in no index.
--   in:  batchId, after (the ID before the page), before (tasks that it may look at, less one)
--   out: the last task that it may look at; no row where there are fewer
SELECT id
  FROM ota_task
 WHERE batch_id = :batchId
   AND ended    IS NULL
   AND id       > :after
 ORDER BY batch_id, ended, id
 LIMIT 1 OFFSET :before
