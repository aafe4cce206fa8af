-- Forgets the files of a package.
--   in: packageId
DELETE FROM ota_package_file
 WHERE package_id = :packageId
