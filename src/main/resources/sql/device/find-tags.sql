-- What operators call devices by.
--   in: devices (paths); also productKeys and deviceKeys, for tables that have these apart
SELECT device, name, tag_value
  FROM ota_device_tag
 WHERE device IN (:devices)
