-- Notes that an operator had a message handled again.
--   in: id, at
UPDATE ota_rejected_message SET replayed_at = :at WHERE id = :id
