-- Forgets a file of a package.
--   in: packageId, name
DELETE FROM ota_package_file
 WHERE package_id = :packageId
   AND name = :name
