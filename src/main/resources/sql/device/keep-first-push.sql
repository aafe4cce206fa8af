-- Keeps the entry of a task's first push that the task's row tells of no more, unless there is one (operator/list-task-history.sql).
--   in: device (productKey/deviceKey), taskId, at
INSERT INTO ota_history (device, task_id, slot, number, at, type, status)
SELECT t.device, t.id, 1, 1, :at, 'pushed', 'pushed'
  FROM ota_task t
 WHERE t.id = :taskId
   AND NOT EXISTS (SELECT 1
                     FROM ota_history h
                    WHERE h.device  = :device
                      AND h.task_id = :taskId
                      AND (h.slot = 1 OR h.type = 'pushed' AND h.at = :at))
