-- Keeps a message that could not be used.
--   in: topic, device (a path, or null), payload, reason, detail (or null), at
INSERT INTO ota_rejected_message (topic, device, payload, reason, detail, at)
VALUES (:topic, :device, :payload, :reason, :detail, :at)
