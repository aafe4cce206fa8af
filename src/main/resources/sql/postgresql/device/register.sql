-- Registers a device; another instance may be doing the same.
--   in: device (path), productKey, deviceKey, now
INSERT INTO ota_device (device, product_key, device_key, sequence, history_count, created_at)
VALUES (:device, :productKey, :deviceKey, 0, 0, :now)
    ON CONFLICT (device) DO NOTHING
