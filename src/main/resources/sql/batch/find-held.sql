-- Which of these batches push nothing for the first time: paused, or being canceled.
--   in: ids
SELECT id
  FROM ota_batch
 WHERE id IN (:ids)
   AND (paused = 1 OR status = 'canceled' OR work IN ('cancel', 'cancel-all'))
