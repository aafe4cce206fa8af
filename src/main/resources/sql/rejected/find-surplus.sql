-- The newest message that is one too many.
--   in:  kept (how many there may be)
--   out: 0 or 1 row: id
SELECT id
  FROM ota_rejected_message
 ORDER BY id DESC
 LIMIT 1 OFFSET :kept
