-- Removes an entry, unless its slot has been written again meanwhile.
--   in: device, taskId, slot, before
DELETE FROM ota_history
 WHERE device  = :device
   AND task_id = :taskId
   AND slot    = :slot
   AND at      < :before
