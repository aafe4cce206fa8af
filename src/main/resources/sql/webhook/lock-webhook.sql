-- Keeps others from changing a subscription until the transaction ends.
--   in: id
SELECT id
  FROM ota_webhook
 WHERE id = :id
   FOR UPDATE
