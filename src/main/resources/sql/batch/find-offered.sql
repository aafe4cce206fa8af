-- Which of these batches take devices as they inform, at this moment.
--   in: ids
SELECT id
  FROM ota_batch
 WHERE id IN (:ids)
   AND dynamic = 1
   AND status IN ('preparing', 'running')
