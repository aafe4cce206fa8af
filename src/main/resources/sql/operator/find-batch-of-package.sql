-- The first batch that a package was ever put into, if there is one: from then on its bytes are what they are.
--   in: packageId
SELECT id
  FROM ota_batch
 WHERE package_id = :packageId
 ORDER BY id
 LIMIT 1
