-- The oldest batch whose tasks are still being written, locked. One whose list has not come yet has none to write.
--   in: now
SELECT id, product_key, module, selection, prepared_until
  FROM ota_batch
 WHERE status = 'preparing'
   AND unlisted = 0
   AND (due_at IS NULL OR due_at <= :now)
 ORDER BY id
 LIMIT 1
   FOR UPDATE SKIP LOCKED
