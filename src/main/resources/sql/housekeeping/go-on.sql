-- Remembers where to go on, and when.
--   in: name, place and dueAt (may be null)
UPDATE ota_lock
   SET place = :place, due_at = :dueAt
 WHERE name = :name
