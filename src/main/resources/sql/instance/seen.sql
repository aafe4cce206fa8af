-- This instance is at work. No row: it has just come (arrive.sql).
UPDATE ota_instance
   SET share_group = :shareGroup, seen_at = :now
 WHERE client_id = :clientId
