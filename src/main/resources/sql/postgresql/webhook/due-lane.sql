-- Makes a lane due now, unless it is: being sent, or waiting to try again.
--   in: webhook, lane, now
INSERT INTO ota_webhook_lane (webhook_id, lane, due_at)
VALUES (:webhook, :lane, :now)
    ON CONFLICT (webhook_id, lane) DO UPDATE SET due_at = COALESCE(ota_webhook_lane.due_at, EXCLUDED.due_at)
