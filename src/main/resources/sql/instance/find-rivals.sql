-- Instances at work that each get every message which this one gets too: not both in one share group.
--   out: 0 or more rows: client_id
SELECT client_id
  FROM ota_instance
 WHERE client_id <> :clientId
   AND seen_at   >= :since
   AND (share_group <> :shareGroup OR share_group = '')
 ORDER BY client_id
