-- Remembers the event that nothing is left to give before. Inside the transaction that has locked the row (lock-fan-out.sql).
--   in: id
UPDATE ota_lock
   SET place = :id
 WHERE name = 'fan-out'
