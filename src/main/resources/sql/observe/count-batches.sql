-- How many batches under way are in which status, paused ones as paused.
SELECT CASE WHEN paused = 1 THEN 'paused' ELSE status END AS status, COUNT(*) AS number
  FROM ota_batch
 WHERE status IN ('preparing', 'scheduled', 'running')
 GROUP BY CASE WHEN paused = 1 THEN 'paused' ELSE status END
