-- One instance at a time fans out, so that events reach the lanes in the order of their ids.
--   out: one row: we are it; none: another instance is at it
SELECT name
  FROM ota_lock
 WHERE name = 'fan-out'
   FOR UPDATE SKIP LOCKED
