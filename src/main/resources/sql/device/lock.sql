-- Locks devices, in one order on every instance, so that two never wait for each other.
--   in:  devices (paths, productKey/deviceKey)
--   out: device, sequence, history_count; no row for a device that is not known
SELECT device, sequence, history_count
  FROM ota_device
 WHERE device IN (:devices)
 ORDER BY device
   FOR UPDATE
