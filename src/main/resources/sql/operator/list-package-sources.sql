-- The versions that differential packages patch.
--   in: packageIds
SELECT package_id, source_version
  FROM ota_package_source
 WHERE package_id IN (:packageIds)
 ORDER BY package_id, source_version
