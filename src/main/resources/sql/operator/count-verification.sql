-- How far the newest verify batches of packages are. Reads counters, not tasks.
--   in:  packageIds
--   out: package_id, succeeded, tasks; no row before there is a task
SELECT b.package_id, SUM(CASE WHEN c.status = 'succeeded' THEN c.tasks ELSE 0 END) AS succeeded, SUM(c.tasks) AS tasks
  FROM ota_batch b
  JOIN ota_batch_count c ON c.batch_id = b.id AND c.status <> 'rolled-back'
 WHERE b.id IN (SELECT MAX(v.id) FROM ota_batch v WHERE v.package_id IN (:packageIds) AND v.type = 'verify' GROUP BY v.package_id)
 GROUP BY b.package_id
HAVING SUM(c.tasks) > 0
