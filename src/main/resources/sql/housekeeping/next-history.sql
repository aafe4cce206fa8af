-- The entries that follow one in the order of the primary key, old and young: an index by time would cost every message a write.
--   in:  device, taskId, slot (of the one before), most
-- "device >=" first: MariaDB does not find the place of three columns compared at once.
SELECT device, task_id, slot, at
  FROM ota_history
 WHERE device >= :device
   AND (device > :device OR task_id > :taskId OR task_id = :taskId AND slot > :slot)
 ORDER BY device, task_id, slot
 LIMIT :most
