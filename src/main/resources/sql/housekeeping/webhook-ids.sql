-- The subscriptions that are there.
SELECT id
  FROM ota_webhook
 ORDER BY id
