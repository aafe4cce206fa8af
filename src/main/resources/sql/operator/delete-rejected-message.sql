-- Forgets a message that could not be used.
--   in:  id
--   out: 0 rows: there is none of that ID
DELETE FROM ota_rejected_message
 WHERE id = :id
