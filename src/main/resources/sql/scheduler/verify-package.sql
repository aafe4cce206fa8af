-- The package of a verify batch is verified, if enough of the batch's devices succeeded.
--   in: batchId, percent
UPDATE ota_package
   SET status = 'verified'
 WHERE id = (SELECT b.package_id FROM ota_batch b WHERE b.id = :batchId AND b.type = 'verify')
   AND status IN ('unverified', 'verifying')
   AND (SELECT COALESCE(SUM(CASE WHEN c.status = 'succeeded' THEN c.tasks ELSE 0 END), 0) * 100
          FROM ota_batch_count c
         WHERE c.batch_id = :batchId
           AND c.status <> 'rolled-back')
       >= (SELECT CASE WHEN COALESCE(SUM(c.tasks), 0) = 0 THEN 1 ELSE SUM(c.tasks) * :percent END
             FROM ota_batch_count c
            WHERE c.batch_id = :batchId
              AND c.status <> 'rolled-back')
