-- One product, without its secret: published in SagooIOT. Dialect and access key are ours, once somebody has PUT them.
--   in: productKey
SELECT CONVERT(p.`key` USING utf8mb4) AS product_key, COALESCE(o.name, p.name) AS name, COALESCE(o.dialect, 'sagoo') AS dialect, o.access_key,
       COALESCE(o.created_at, p.created_at) AS created_at, COALESCE(o.updated_at, p.updated_at, p.created_at) AS updated_at
  FROM dev_product p
  LEFT JOIN ota_product o ON o.product_key = :productKey
 WHERE p.`key` = :productKey
   AND CAST(p.`key` AS BINARY) = CAST(:productKey AS BINARY)
   AND p.status = 1
   AND p.deleted_at IS NULL
 LIMIT 1
