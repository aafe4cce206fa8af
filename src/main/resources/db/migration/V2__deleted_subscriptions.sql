-- One instance at a time removes what subscriptions that were deleted have left.
-- It may be run again: where each statement commits by itself, a kill may come before it is known to have been run.
INSERT INTO ota_lock (name)
SELECT 'keep-deliveries'
  FROM ota_lock
 WHERE name = 'keep-events'
   AND NOT EXISTS (SELECT 1 FROM ota_lock WHERE name = 'keep-deliveries');
