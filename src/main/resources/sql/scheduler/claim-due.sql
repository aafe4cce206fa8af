-- Tasks whose due time has come, locked; those that another instance has locked are left to it.
-- due_at is bounded from below, too: H2's indexes begin with NULL, and it would read all that is finished.
--   in:  now, most
--   out: id, device
SELECT id, device
  FROM ota_task
 WHERE due_at > TIMESTAMP '1970-01-01 00:00:00'
   AND due_at <= :now
 ORDER BY due_at
 LIMIT :most
   FOR UPDATE SKIP LOCKED
