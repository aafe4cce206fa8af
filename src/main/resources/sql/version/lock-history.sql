-- One instance at a time counts versions; no row where another one does.
SELECT name
  FROM ota_lock
 WHERE name = 'version-history'
   FOR UPDATE SKIP LOCKED
