INSERT INTO ota_product (product_key, dialect, created_at, updated_at) VALUES
  ('lamp', 'sagoo',   TIMESTAMP '2026-01-01 00:00:00', TIMESTAMP '2026-01-01 00:00:00'),
  ('pump', 'alibaba', TIMESTAMP '2026-01-01 00:00:00', TIMESTAMP '2026-01-01 00:00:00');
INSERT INTO ota_package (id, product_key, module, version, type, sign_method, custom_info, digest_sign, status, created_at) VALUES
  (11, 'lamp', 'MCU',     '2.0.0', 'full', 'MD5',    '{"ota_notice":"升级底层摄像头驱动，解决视频图像模糊的问题。"}', NULL, 'not-required', TIMESTAMP '2026-01-01 00:00:00'),
  (12, 'lamp', 'default', '2.0.0', 'full', 'SHA256', NULL, NULL,       'not-required', TIMESTAMP '2026-01-01 00:00:00'),
  (13, 'pump', 'default', '7.1',   'full', 'SHA256', NULL, 'c2lnbg==', 'not-required', TIMESTAMP '2026-01-01 00:00:00'),
  (14, 'lamp', 'default', '3.0.0', 'full', 'SHA256', NULL, NULL,       'not-required', TIMESTAMP '2026-01-01 00:00:00'),
  (15, 'lamp', 'radio',   '2.0.0', 'full', 'MD5',    NULL, NULL,       'not-required', TIMESTAMP '2026-01-01 00:00:00'),
  (21, 'lamp', 'radio',   '4.1',   'diff', 'MD5',    NULL, 'c2lnbg==', 'not-required', TIMESTAMP '2026-01-01 00:00:00'),
  (22, 'lamp', 'kit',     '5.0',   'full', 'SHA256', '{"a":"b"}', NULL, 'not-required', TIMESTAMP '2026-01-01 00:00:00'),
  (23, 'pump', 'radio',   '4.1',   'diff', 'MD5',    NULL, 'c2lnbg==', 'not-required', TIMESTAMP '2026-01-01 00:00:00'),
  (24, 'pump', 'kit',     '5.0',   'full', 'SHA256', '{"a":"b"}', 'c2lnbg==', 'not-required', TIMESTAMP '2026-01-01 00:00:00'),
  (25, 'pump', 'screen',  '6.0',   'diff', 'MD5',    NULL, NULL,       'not-required', TIMESTAMP '2026-01-01 00:00:00');
INSERT INTO ota_package_file (package_id, name, size_bytes, md5, sha256, url, created_at) VALUES
  (11, 'mcu.bin', 432945, '93230c3bde425a9d7984a594ac55ea1e', NULL, 'https://cdn.example/mcu.bin?e=1&s=x', TIMESTAMP '2026-01-01 00:00:00'),
  (12, 'lamp.bin', 4, '098f6bcd4621d373cade4e832627b4f6', '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08', NULL, TIMESTAMP '2026-01-01 00:00:00'),
  (13, 'pump.bin', 4, '098f6bcd4621d373cade4e832627b4f6', '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08', 'https://cdn.example/pump.bin', TIMESTAMP '2026-01-01 00:00:00'),
  (15, 'radio.bin', 9, '25f9e794323b453885f5181f1b624d0b', '15e2b0d3c33891ebb0f1ef609ec419420c20e320ce94c65fbc8c3312448eb225', NULL, TIMESTAMP '2026-01-01 00:00:00');
INSERT INTO ota_package_file (package_id, name, number, size_bytes, md5, sha256, url, created_at) VALUES
  (21, 'radio.patch', 1, 3, 'f97c5d29941bfb1b2fdab0874906ab82', NULL, 'https://cdn.example/radio.patch', TIMESTAMP '2026-01-01 00:00:00'),
  (22, 'rootfs.bin', 1, 6, NULL, '3c47ef972d531d524daa15fa33dd885dd23de6221bbd10a29eb42ecfcf2ef422', 'https://cdn.example/rootfs.bin', TIMESTAMP '2026-01-01 00:00:00'),
  (22, 'kernel.bin', 2, 6, '50484c19f1afdaf3841a0d821ed393d2', '6923dd1bc0460082c5d55a831908c24a282860b7f1cd6c2b79cf1bc8857c639c', 'https://cdn.example/kernel.bin', TIMESTAMP '2026-01-01 00:00:00'),
  (23, 'radio.patch', 1, 3, 'f97c5d29941bfb1b2fdab0874906ab82', NULL, 'https://cdn.example/radio.patch', TIMESTAMP '2026-01-01 00:00:00'),
  (24, 'rootfs.bin', 1, 6, '307cfa551ed600e2db40b7885ce3ceda', '3c47ef972d531d524daa15fa33dd885dd23de6221bbd10a29eb42ecfcf2ef422', NULL, TIMESTAMP '2026-01-01 00:00:00'),
  (24, 'kernel.bin', 2, 6, '50484c19f1afdaf3841a0d821ed393d2', '6923dd1bc0460082c5d55a831908c24a282860b7f1cd6c2b79cf1bc8857c639c', NULL, TIMESTAMP '2026-01-01 00:00:00'),
  (25, 'b.patch', 1, 3, 'b8a9f715dbb64fd5c56e7783c6820a61', NULL, 'https://cdn.example/b.patch', TIMESTAMP '2026-01-01 00:00:00'),
  (25, 'a.patch', 2, 3, 'f97c5d29941bfb1b2fdab0874906ab82', NULL, 'https://cdn.example/a.patch', TIMESTAMP '2026-01-01 00:00:00');
INSERT INTO ota_batch (id, package_id, product_key, module, to_version, type, protocol, selection, push, tags, rollout, status, created_at) VALUES
  (1, 11, 'lamp', 'MCU',     '2.0.0', 'upgrade', 'https', '{}', 0, '{"key1":"value1","key2":"value2"}', '{}', 'running', TIMESTAMP '2026-01-01 00:00:00'),
  (2, 12, 'lamp', 'default', '2.0.0', 'upgrade', 'http',  '{}', 0, '{}', '{}', 'running', TIMESTAMP '2026-01-01 00:00:00'),
  (3, 13, 'pump', 'default', '7.1',   'upgrade', 'https', '{}', 0, '{}', '{}', 'running', TIMESTAMP '2026-01-01 00:00:00'),
  (4, 14, 'lamp', 'default', '3.0.0', 'upgrade', 'http',  '{}', 0, '{}', '{}', 'running', TIMESTAMP '2026-01-01 00:00:00'),
  (5, 15, 'lamp', 'radio',   '2.0.0', 'upgrade', 'mqtt',  '{}', 0, '{}', '{}', 'running', TIMESTAMP '2026-01-01 00:00:00'),
  (6, 15, 'lamp', 'radio',   '2.0.0', 'upgrade', 'http',  '{}', 0, '{}', '{}', 'running', TIMESTAMP '2026-01-01 00:00:00'),
  (21, 21, 'lamp', 'radio',  '4.1', 'upgrade', 'https', '{}', 0, '{}', '{}', 'running', TIMESTAMP '2026-01-01 00:00:00'),
  (22, 22, 'lamp', 'kit',    '5.0', 'upgrade', 'https', '{}', 0, '{"key1":"value1"}', '{}', 'running', TIMESTAMP '2026-01-01 00:00:00'),
  (23, 23, 'pump', 'radio',  '4.1', 'upgrade', 'https', '{}', 0, '{}', '{}', 'running', TIMESTAMP '2026-01-01 00:00:00'),
  (24, 24, 'pump', 'kit',    '5.0', 'upgrade', 'http',  '{}', 0, '{"key1":"value1"}', '{}', 'running', TIMESTAMP '2026-01-01 00:00:00'),
  (25, 25, 'pump', 'screen', '6.0', 'upgrade', 'https', '{}', 0, '{}', '{}', 'running', TIMESTAMP '2026-01-01 00:00:00');
UPDATE ota_package_file SET verified_at = TIMESTAMP '2026-01-01 00:00:00';
