-- What happened to a task, the oldest entry first.
--   in: device (productKey/deviceKey), taskId
SELECT at, type, status, step, version, message_id, detail
  FROM ota_history
 WHERE device  = :device
   AND task_id = :taskId
 ORDER BY number
