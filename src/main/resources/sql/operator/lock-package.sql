-- Holds a package until the transaction ends.
--   in: id
SELECT id
  FROM ota_package
 WHERE id = :id
   FOR UPDATE
