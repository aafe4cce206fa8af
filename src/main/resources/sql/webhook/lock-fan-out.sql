-- One instance at a time fans out, so that events reach the lanes in the order of their ids.
--   out: one row: we are it; none: another instance is at it; place: the event that nothing is left to give before, null if that is not known
SELECT place
  FROM ota_lock
 WHERE name = 'fan-out'
   FOR UPDATE SKIP LOCKED
