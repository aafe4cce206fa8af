-- What operators call devices by.
--   in: devices (paths)
SELECT device, name, tag_value
  FROM ota_device_tag
 WHERE device IN (:devices)
