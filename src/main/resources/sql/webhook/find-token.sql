-- The access token by which a platform knows a device: what {token} stands for in a webhook's URL and headers. Ours is the device's tag token.
--   in:  device (path), productKey, deviceKey
--   out: device (path) as the table spells it, token; without a row the delivery fails and says why
SELECT device, tag_value AS token
  FROM ota_device_tag
 WHERE device = :device
   AND name = 'token'
