-- How many tasks of a batch have failed now, by reason and by what the device ran before (empty: unknown). Reads counters, not tasks.
--   in: batchId
SELECT f.reason, f.from_version, SUM(f.tasks) AS tasks
  FROM ota_batch b
  JOIN ota_batch_failure f ON f.batch_id = b.id
 WHERE b.id = :batchId
 GROUP BY f.reason, f.from_version
HAVING SUM(f.tasks) > 0
 ORDER BY tasks DESC, f.reason, f.from_version
