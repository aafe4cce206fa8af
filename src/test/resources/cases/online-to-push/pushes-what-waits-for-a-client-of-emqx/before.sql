INSERT INTO ota_batch (id, package_id, product_key, module, to_version, type, protocol, selection, push, tags, rollout, status, created_at) VALUES
  (72, 11, 'lamp', 'MCU', '2.0.0', 'upgrade', 'https', '{}', 1, '{}', '{}', 'running', TIMESTAMP '2026-01-01 00:00:00');
INSERT INTO ota_device (device, product_key, device_key, sequence, history_count, created_at)
VALUES ('{device}', 'lamp', '{key}', 0, 0, TIMESTAMP '2026-01-01 00:00:00');
INSERT INTO ota_task (id, batch_id, package_id, device, product_key, device_key, module, to_version, status, is_open,
                      attempt, pushes, push_number, refusals, history_count, created_at, updated_at)
VALUES (7201, 72, 11, '{device}', 'lamp', '{key}', 'MCU', '2.0.0', 'pending', 1,
        1, 0, 0, 0, 0, TIMESTAMP '2026-01-01 00:00:00', TIMESTAMP '2026-01-01 00:00:00');
