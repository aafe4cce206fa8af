-- Waits until no instance removes events, and keeps them from it until the transaction ends: else the event of a delivery that is opened
-- again might go.
SELECT name
  FROM ota_lock
 WHERE name = 'keep-events'
   FOR UPDATE
