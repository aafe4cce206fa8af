-- Makes a lane due now, also one that waits to try again; one that is being sent goes on by itself.
--   in: webhook, lane, now
INSERT INTO ota_webhook_lane (webhook_id, lane, due_at)
VALUES (:webhook, :lane, :now)
    ON CONFLICT (webhook_id, lane) DO UPDATE
       SET due_at = CASE WHEN ota_webhook_lane.claimed_by IS NULL THEN EXCLUDED.due_at ELSE ota_webhook_lane.due_at END
