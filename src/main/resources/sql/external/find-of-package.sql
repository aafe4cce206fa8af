-- The files of a package that are elsewhere.
--   in: packageId
SELECT f.package_id, f.name, f.url, f.size_bytes, f.md5, f.sha256, COALESCE(pr.dialect, 'sagoo') AS dialect
  FROM ota_package p
  LEFT JOIN ota_product pr ON pr.product_key = p.product_key
  JOIN ota_package_file f  ON f.package_id = p.id
 WHERE p.id = :packageId
   AND f.url IS NOT NULL
 ORDER BY f.number
