-- How many tasks of a package are in which state: the sum over the shards.
--   in: packageId
SELECT c.status, SUM(c.tasks) AS tasks
  FROM ota_batch b
  JOIN ota_batch_count c ON c.batch_id = b.id
 WHERE b.package_id = :packageId
 GROUP BY c.status
