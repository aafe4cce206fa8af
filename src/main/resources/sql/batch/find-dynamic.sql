-- Batches that take devices as they inform.
SELECT id, selection
  FROM ota_batch
 WHERE status IN ('preparing', 'running')
   AND dynamic = 1
 ORDER BY id
