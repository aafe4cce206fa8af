-- What most devices of a module said for each reason that their tasks have failed for. Reads counters, not tasks.
--   in: productKey, module, most (messages for a reason)
SELECT reason, message, tasks
  FROM (SELECT m.reason, m.message, SUM(m.tasks) AS tasks,
               ROW_NUMBER() OVER (PARTITION BY m.reason ORDER BY SUM(m.tasks) DESC, m.message) AS place
          FROM ota_batch b
          JOIN ota_batch_message m ON m.batch_id = b.id
         WHERE b.product_key = :productKey
           AND b.module = :module
         GROUP BY m.reason, m.message) ranked
 WHERE place <= :most
   AND tasks > 0
 ORDER BY reason, place
