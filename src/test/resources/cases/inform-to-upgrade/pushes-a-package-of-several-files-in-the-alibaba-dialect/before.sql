INSERT INTO ota_device (device, product_key, device_key, sequence, history_count, created_at)
VALUES ('{device}', 'pump', '{key}', 0, 0, TIMESTAMP '2026-01-01 00:00:00');
INSERT INTO ota_task (id, batch_id, package_id, device, product_key, device_key, module, from_version, to_version, status, is_open, step,
                      attempt, pushes, push_number, refusals, first_pushed_at, pushed_at, history_count, created_at, updated_at)
VALUES (114, 24, 24, '{device}', 'pump', '{key}', 'kit', NULL, '5.0', 'pending', 1, NULL,
        1, 0, 0, 0, NULL, NULL, 0, TIMESTAMP '2026-01-01 00:00:00', TIMESTAMP '2026-01-01 00:00:00');
