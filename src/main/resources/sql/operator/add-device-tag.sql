-- in: device (path), name, value
INSERT INTO ota_device_tag (device, name, tag_value)
VALUES (:device, :name, :value)
