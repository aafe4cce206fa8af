-- Proposes a value to the other instances; fails where there is one already.
--   in: name, value
INSERT INTO ota_setting (name, setting_value)
VALUES (:name, :value)
