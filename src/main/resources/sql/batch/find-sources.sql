-- The versions that a differential package patches.
--   in: packageId
SELECT source_version
  FROM ota_package_source
 WHERE package_id = :packageId
