-- What the modules of devices run, in the order of the modules' names.
--   in: devices (productKey/deviceKey each)
SELECT device, module, version, reported_at
  FROM ota_device_module
 WHERE device IN (:devices)
 ORDER BY device, module
