-- Makes a lane due now, unless it is: being sent, or waiting to try again.
--   in: webhook, lane, now
INSERT INTO ota_webhook_lane (webhook_id, lane, due_at)
VALUES (:webhook, :lane, :now)
    ON DUPLICATE KEY UPDATE due_at = COALESCE(due_at, VALUES(due_at))
