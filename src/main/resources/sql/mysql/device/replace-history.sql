-- Keeps an entry in its slot, in place of the one 200 entries before (domain.md).
INSERT INTO ota_history (device, task_id, slot, number, at, type, status, step, version, message_id, detail)
VALUES (:device, :taskId, :slot, :number, :at, :type, :status, :step, :version, :messageId, :detail)
    ON DUPLICATE KEY UPDATE number = :number, at = :at, type = :type, status = :status, step = :step, version = :version,
                            message_id = :messageId, detail = :detail
