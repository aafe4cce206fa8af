-- Which of these batches push nothing for the first time: paused, or canceled.
--   in:  ids
--   out: id; by_hand is 1 where an operator cannot push a task of it by hand either: paused, or being canceled
SELECT id, CASE WHEN paused = 1 OR work IN ('cancel', 'cancel-all') THEN 1 ELSE 0 END AS by_hand
  FROM ota_batch
 WHERE id IN (:ids)
   AND (paused = 1 OR status = 'canceled' OR work IN ('cancel', 'cancel-all'))
