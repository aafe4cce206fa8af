-- Tasks whose due time has come, locked; those that another instance has locked are left to it.
--   in:  now, most
--   out: id, device
SELECT id, device
  FROM ota_task
 WHERE due_at <= :now
 ORDER BY due_at
 LIMIT :most
   FOR UPDATE SKIP LOCKED
