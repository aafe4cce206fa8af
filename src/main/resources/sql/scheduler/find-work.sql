-- Batches of which all tasks are being canceled or tried again.
--   in:  now
--   out: id, work, work_until
SELECT id, work, work_until
  FROM ota_batch
 WHERE work IS NOT NULL
   AND (due_at IS NULL OR due_at <= :now)
 ORDER BY work, id
