-- The oldest batch whose tasks are still being written, locked.
--   in: now
SELECT id, product_key, module, selection, prepared_until
  FROM ota_batch
 WHERE status = 'preparing'
   AND (due_at IS NULL OR due_at <= :now)
 ORDER BY id
 LIMIT 1
   FOR UPDATE SKIP LOCKED
