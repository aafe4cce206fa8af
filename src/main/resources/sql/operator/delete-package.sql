-- Removes a package.
--   in: id
DELETE FROM ota_package
 WHERE id = :id
