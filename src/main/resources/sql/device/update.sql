-- in: device (path), sequence, historyCount
UPDATE ota_device
   SET sequence = :sequence, history_count = :historyCount
 WHERE device = :device
