-- The oldest batch whose tasks are still being written, locked. One whose list has not come yet has none to write; before, all
-- bytes of its package are verified, unless it is over and will have no more tasks. Of the same product and module the later one
-- waits for the earlier one, whoever is at work on that: its devices are to have the earlier one's tasks first.
--   in: now
SELECT b.id, b.product_key, b.module, b.selection, b.prepared_until
  FROM ota_batch b
 WHERE b.status = 'preparing'
   AND b.unlisted = 0
   AND (b.due_at IS NULL OR b.due_at <= :now)
   AND (b.ends_at <= :now
        OR NOT EXISTS (SELECT 1
                         FROM ota_package_file f
                        WHERE f.package_id = b.package_id
                          AND f.url IS NOT NULL
                          AND f.verified_at IS NULL))
   AND NOT EXISTS (SELECT 1
                     FROM ota_batch e
                    WHERE e.status = 'preparing'
                      AND e.unlisted = 0
                      AND e.product_key = b.product_key
                      AND e.module = b.module
                      AND e.id < b.id
                      AND NOT EXISTS (SELECT 1
                                        FROM ota_package_file f
                                       WHERE f.package_id = e.package_id
                                         AND f.url IS NOT NULL
                                         AND f.verified_at IS NULL))
 ORDER BY b.id
 LIMIT 1
   FOR UPDATE SKIP LOCKED
