-- A page of products in the order of their keys, by bytes: a few hundred, so that sorting them costs nothing.
--   in: after (the key before the page), limit
SELECT k.product_key, COALESCE(o.name, k.name) AS name, COALESCE(o.dialect, 'sagoo') AS dialect, o.access_key,
       COALESCE(o.created_at, k.created_at) AS created_at, COALESCE(o.updated_at, k.updated_at, k.created_at) AS updated_at
  FROM (SELECT CONVERT(`key` USING utf8mb4) COLLATE utf8mb4_bin AS product_key, name, created_at, updated_at
          FROM dev_product
         WHERE status = 1
           AND deleted_at IS NULL) k
  LEFT JOIN ota_product o ON o.product_key = k.product_key
 WHERE k.product_key > :after
 ORDER BY k.product_key
 LIMIT :limit
