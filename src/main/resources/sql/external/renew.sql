-- Whoever looks at the file goes on with it.
--   in: packageId, name, lease
UPDATE ota_package_file
   SET check_at = :lease
 WHERE package_id = :packageId
   AND name = :name
