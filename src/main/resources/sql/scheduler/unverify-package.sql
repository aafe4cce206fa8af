-- The package of a verify batch is not verified yet, unless another batch is at it.
--   in: batchId
UPDATE ota_package
   SET status = 'unverified'
 WHERE id = (SELECT b.package_id FROM ota_batch b WHERE b.id = :batchId AND b.type = 'verify')
   AND status = 'verifying'
   AND NOT EXISTS (SELECT 1
                     FROM ota_batch o
                    WHERE o.package_id = ota_package.id
                      AND o.type = 'verify'
                      AND o.id <> :batchId
                      AND o.finished_at IS NULL)
