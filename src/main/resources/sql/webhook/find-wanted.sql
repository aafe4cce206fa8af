-- What subscriptions ask for, those that are paused too: it is collected for them.
--   out: events (patterns, with a comma between), product_key (null: of all products)
SELECT DISTINCT events, product_key
  FROM ota_webhook
