-- What devices are called by: SagooIOT's tags, by their key.
--   in:  devices (paths), productKeys and deviceKeys of all of them
--   out: device (path), name, tag_value; of tags that a device has twice the newest counts, which comes last
SELECT CONCAT(d.product_key, '/', d.`key`) AS device, t.`key` AS name, t.value AS tag_value
  FROM dev_device d
  JOIN dev_device_tag t ON t.device_id = d.id
 WHERE d.`key` IN (:deviceKeys)
   AND d.product_key IN (:productKeys)
   AND d.deleted_at IS NULL
   AND t.deleted_at IS NULL
   AND t.`key` IS NOT NULL
   AND t.value IS NOT NULL
 ORDER BY t.id
