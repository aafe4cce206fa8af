-- How many deliveries of a subscription are in a status, counted no further than most.
--   in: webhook, status, most
SELECT COUNT(*) AS number
  FROM (SELECT id
          FROM ota_delivery
         WHERE webhook_id = :webhook
           AND status     = :status
         ORDER BY id
         LIMIT :most) AS counted
