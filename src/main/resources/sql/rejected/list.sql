-- A page of rejected messages, newest first.
--   in:  before (an id), limit
--   out: rows as of find.sql
SELECT id, topic, payload, reason, detail, at, replayed_at
  FROM ota_rejected_message
 WHERE id < :before
 ORDER BY id DESC
 LIMIT :limit
