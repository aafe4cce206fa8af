-- Waits until no instance fans out, and keeps them from it until the transaction ends.
SELECT name
  FROM ota_lock
 WHERE name = 'fan-out'
   FOR UPDATE
