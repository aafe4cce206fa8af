--   in: id, secret, oldSecrets (JSON), now
UPDATE ota_webhook
   SET secret      = :secret,
       old_secrets = :oldSecrets,
       updated_at  = :now
 WHERE id = :id
