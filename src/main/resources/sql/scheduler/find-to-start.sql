-- Batches whose start has come.
--   in: now
SELECT id
  FROM ota_batch
 WHERE status = 'scheduled'
   AND starts_at <= :now
 ORDER BY id
