-- A batch of a package that goes on, if there is one.
--   in: packageId
SELECT id
  FROM ota_batch
 WHERE package_id = :packageId
   AND status <> 'finished'
   AND finished_at IS NULL
 ORDER BY id
 LIMIT 1
