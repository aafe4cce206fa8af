-- in: packageId
DELETE FROM ota_package_source
 WHERE package_id = :packageId
