-- Running batches without an unfinished task. Reads counters, not tasks.
SELECT b.id
  FROM ota_batch b
 WHERE b.status = 'running'
   AND (SELECT COALESCE(SUM(c.tasks), 0)
          FROM ota_batch_count c
         WHERE c.batch_id = b.id
           AND c.status IN ('pending', 'pushed', 'upgrading')) = 0
