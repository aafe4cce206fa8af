-- Keeps an entry in its slot, in place of the one 200 entries before (domain.md).
INSERT INTO ota_history (device, task_id, slot, number, at, type, status, step, version, message_id, detail)
VALUES (:device, :taskId, :slot, :number, :at, :type, :status, :step, :version, :messageId, :detail)
    ON CONFLICT (device, task_id, slot)
    DO UPDATE SET number = EXCLUDED.number, at = EXCLUDED.at, type = EXCLUDED.type, status = EXCLUDED.status,
                  step = EXCLUDED.step, version = EXCLUDED.version, message_id = EXCLUDED.message_id, detail = EXCLUDED.detail
