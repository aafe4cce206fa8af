-- Removes messages that are too old.
--   in: at
DELETE FROM ota_rejected_message WHERE at < :at
