-- This instance is at work for the first time.
INSERT INTO ota_instance (client_id, share_group, seen_at)
VALUES (:clientId, :shareGroup, :now)
