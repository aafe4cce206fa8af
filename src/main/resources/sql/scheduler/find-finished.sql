-- Running or canceled batches without an unfinished task, that take no more devices. Reads counters, not tasks.
--   in: now
SELECT b.id, b.status
  FROM ota_batch b
 WHERE b.status IN ('running', 'canceled')
   AND b.finished_at IS NULL
   AND b.work IS NULL
   AND b.dynamic <> 1
   AND (b.list_until IS NULL OR b.list_until <= :now)
   AND (SELECT COALESCE(SUM(c.tasks), 0)
          FROM ota_batch_count c
         WHERE c.batch_id = b.id
           AND c.status IN ('pending', 'pushed', 'upgrading')) = 0
