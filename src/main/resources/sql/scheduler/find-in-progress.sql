-- Batches with devices that have been told and have not ended. Reads counters, not tasks.
SELECT b.id, b.created_at
  FROM ota_batch b
 WHERE b.status IN ('preparing', 'scheduled', 'running', 'canceled')
   AND b.finished_at IS NULL
   AND (SELECT COALESCE(SUM(c.tasks), 0)
          FROM ota_batch_count c
         WHERE c.batch_id = b.id
           AND c.status IN ('pushed', 'upgrading')) > 0
