-- The files of packages, in the order in which devices are told of them.
--   in: packageIds
SELECT package_id, name, number, url, size_bytes, md5, sha256, verified_at, fault
  FROM ota_package_file
 WHERE package_id IN (:packageIds)
 ORDER BY package_id, number, name
