-- One instance at a time removes what is old, and not before its time.
--   in:  name, now
--   out: place (null: the beginning); no row: another instance is at it, or it is too early
SELECT place
  FROM ota_lock
 WHERE name = :name
   AND (due_at IS NULL OR due_at <= :now)
   FOR UPDATE SKIP LOCKED
