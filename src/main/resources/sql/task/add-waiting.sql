-- As the task's own waiting says, so that it is found by it.
--   in: batchId, waiting (as scheduler/find-waiting.sql), id, device (path), ready
INSERT INTO ota_waiting (batch_id, waiting, task_id, device, ready)
VALUES (:batchId, :waiting, :id, :device, :ready)
