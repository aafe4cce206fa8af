-- The newest message of a device that is one too many.
--   in:  device, kept (how many a device may have)
--   out: 0 or 1 row: id
SELECT id
  FROM ota_rejected_message
 WHERE device = :device
 ORDER BY id DESC
 LIMIT 1 OFFSET :kept
