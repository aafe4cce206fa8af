-- The files of packages.
--   in: packageIds
SELECT package_id, name, url, size_bytes, md5, sha256
  FROM ota_package_file
 WHERE package_id IN (:packageIds)
 ORDER BY package_id, created_at, name
