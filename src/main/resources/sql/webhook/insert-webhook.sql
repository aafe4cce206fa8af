-- It gets the events after the newest of now.
INSERT INTO ota_webhook (name, url, format, events, product_key, secret, headers, status, after_event_id, created_at, updated_at)
VALUES (:name, :url, :format, :events, :productKey, :secret, :headers, 'active',
        (SELECT COALESCE(MAX(id), 0) FROM ota_event), :now, :now)
