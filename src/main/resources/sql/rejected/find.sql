-- One rejected message.
--   in:  id
--   out: 0 or 1 row
SELECT id, topic, payload, reason, detail, at, replayed_at
  FROM ota_rejected_message
 WHERE id = :id
