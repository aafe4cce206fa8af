-- Registers devices; another instance may be doing the same. All at once, as in update.sql.
--   in, arrays of as many elements: device (paths), productKey, deviceKey, now
INSERT INTO ota_device (device, product_key, device_key, sequence, history_count, created_at)
SELECT v.device, v.product_key, v.device_key, 0, 0, v.created_at
  FROM unnest(:device::varchar[], :productKey::varchar[], :deviceKey::varchar[], :now::timestamp[]) AS v (device, product_key, device_key, created_at)
    ON CONFLICT (device) DO NOTHING
