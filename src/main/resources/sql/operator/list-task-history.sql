-- What happened to a task, the oldest entry first. That it was made, and that it was then pushed, its own row tells in place of entries 0
-- and 1; of the 200 that are kept (domain.md) they are the first to go.
--   in: device (productKey/deviceKey), taskId
SELECT e.at, e.type, e.status, e.step, e.version, e.message_id, e.detail
  FROM (SELECT h.number, h.at, h.type, h.status, h.step, h.version, h.message_id, h.detail
          FROM ota_history h
         WHERE h.device  = :device
           AND h.task_id = :taskId
        UNION ALL
        SELECT 0, t.created_at, 'created', 'pending', NULL, NULL, NULL, NULL
          FROM ota_task t
         WHERE t.id = :taskId
           AND t.history_count BETWEEN 1 AND 200
           AND NOT EXISTS (SELECT 1
                             FROM ota_history h
                            WHERE h.device  = :device
                              AND h.task_id = :taskId
                              AND h.slot    = 0)
        UNION ALL
        SELECT 1, t.first_pushed_at, 'pushed', 'pushed', NULL, NULL, NULL, NULL
          FROM ota_task t
         WHERE t.id = :taskId
           AND t.first_pushed_at IS NOT NULL
           AND t.history_count BETWEEN 2 AND 201
           AND NOT EXISTS (SELECT 1
                             FROM ota_history h
                            WHERE h.device  = :device
                              AND h.task_id = :taskId
                              AND (h.slot = 1 OR h.type = 'pushed' AND h.at = t.first_pushed_at))) e
 ORDER BY e.number
