-- As lock.sql, in the same order, where an event is to come of each device: its number is written at once. One that comes to nothing is
-- set back by update.sql. The other databases do without.
--   out: device, sequence (before), stored (of the event to come), history_count
UPDATE ota_device d
   SET sequence = d.sequence + 1
  FROM (SELECT u.device
          FROM unnest(:devices::varchar[]) AS u (device)
         ORDER BY u.device COLLATE "C") v
 WHERE d.device = v.device
RETURNING d.device, d.sequence - 1 AS sequence, d.sequence AS stored, d.history_count
