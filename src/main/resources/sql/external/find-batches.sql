-- Batches of a package that are under way and not paused.
--   in: packageId
SELECT id
  FROM ota_batch
 WHERE package_id = :packageId
   AND status IN ('preparing', 'scheduled', 'running')
   AND paused = 0
 ORDER BY id
