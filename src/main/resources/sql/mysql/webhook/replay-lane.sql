-- Makes a lane due now, also one that waits to try again; one that is being sent goes on by itself.
--   in: webhook, lane, now
INSERT INTO ota_webhook_lane (webhook_id, lane, due_at)
VALUES (:webhook, :lane, :now)
    ON DUPLICATE KEY UPDATE due_at = CASE WHEN claimed_by IS NULL THEN VALUES(due_at) ELSE due_at END
