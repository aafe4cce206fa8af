UPDATE ota_webhook
   SET name        = :name,
       url         = :url,
       format      = :format,
       events      = :events,
       product_key = :productKey,
       secret      = :secret,
       headers     = :headers,
       updated_at  = :now
 WHERE id = :id
