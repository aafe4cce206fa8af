-- Until the lease ends no other instance looks at the file.
--   in: packageId, name, now, lease
UPDATE ota_package_file
   SET check_at = :lease
 WHERE package_id = :packageId
   AND name = :name
   AND (check_at IS NULL OR check_at <= :now)
