-- The subscriptions whose deliveries are measured one by one.
--   in: most
SELECT id
  FROM ota_webhook
 ORDER BY id
 LIMIT :most
