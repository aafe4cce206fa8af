INSERT INTO ota_batch (id, package_id, product_key, module, to_version, type, protocol, selection, push, tags, rollout, status, created_at) VALUES
  (7, 12, 'lamp', 'default', '2.0.0', 'upgrade', 'mqtt', '{}', 0, '{}', '{}', 'running', TIMESTAMP '2026-01-01 00:00:00');
INSERT INTO ota_device (device, product_key, device_key, sequence, history_count, created_at)
VALUES ('{device}', 'lamp', '{key}', 0, 0, TIMESTAMP '2026-01-01 00:00:00');
INSERT INTO ota_task (id, batch_id, package_id, device, product_key, device_key, module, from_version, to_version, status, is_open, ended, step,
                      attempt, pushes, push_number, refusals, first_pushed_at, pushed_at, history_count, created_at, updated_at)
VALUES (513, 7, 12, '{device}', 'lamp', '{key}', 'default', NULL, '2.0.0', 'upgrading', 1, NULL, NULL,
        1, 1, 1, 0, NULL, NULL, 0, TIMESTAMP '2026-01-01 00:00:00', TIMESTAMP '2026-01-01 00:00:00');
