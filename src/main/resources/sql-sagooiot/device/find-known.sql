-- Which of these devices there are: those that SagooIOT has and that are not disabled. What an unknown one sends is refused.
--   in:  devices (paths), productKeys and deviceKeys of all of them
--   out: device (path), as SagooIOT spells it; whoever asked compares it by its bytes, which the collation here does not
-- By the bare columns, so that an index on `key` is used whatever character set and collation the table has.
SELECT CONCAT(product_key, '/', `key`) AS device
  FROM dev_device
 WHERE `key` IN (:deviceKeys)
   AND product_key IN (:productKeys)
   AND status <> 0
   AND deleted_at IS NULL
