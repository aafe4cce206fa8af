-- Removes messages up to one.
--   in: id
DELETE FROM ota_rejected_message WHERE id <= :id
