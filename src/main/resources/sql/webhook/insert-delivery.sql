INSERT INTO ota_delivery (webhook_id, event_id, lane, status, is_open, attempts, created_at, updated_at)
VALUES (:webhook, :event, :lane, 'waiting', 1, 0, :now, :now)
