-- A file of a product's packages whose MD5 is unknown, if there is one.
--   in: productKey
SELECT f.package_id, f.name
  FROM ota_package p
  JOIN ota_package_file f ON f.package_id = p.id
 WHERE p.product_key = :productKey
   AND f.md5 IS NULL
 ORDER BY f.package_id, f.number
 LIMIT 1
