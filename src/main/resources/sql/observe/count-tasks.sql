-- How many tasks of the batches under way are in which state: the sum over the shards. Ended batches are left out, however many there are.
SELECT c.status, SUM(c.tasks) AS number
  FROM ota_batch b
  JOIN ota_batch_count c ON c.batch_id = b.id
 WHERE b.status IN ('preparing', 'scheduled', 'running')
   AND c.status <> 'rolled-back'
 GROUP BY c.status
