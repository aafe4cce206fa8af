-- Keeps an entry in a slot of its task that has never been used.
INSERT INTO ota_history (device, task_id, slot, number, at, type, status, step, version, message_id, detail)
VALUES (:device, :taskId, :slot, :number, :at, :type, :status, :step, :version, :messageId, :detail)
