-- What the instances have agreed on under a name.
--   in: name
SELECT setting_value
  FROM ota_setting
 WHERE name = :name
