-- The access token of a device, as SagooIOT has it.
--   in:  device (path), productKey, deviceKey
--   out: device (path), as SagooIOT spells it; token; whoever asked compares the path by its bytes, which the collation here does not
SELECT CONCAT(product_key, '/', `key`) AS device, access_token AS token
  FROM dev_device
 WHERE `key` = :deviceKey
   AND product_key = :productKey
   AND deleted_at IS NULL
