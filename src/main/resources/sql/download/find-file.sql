-- The uploaded file that a download asks for.
--   in: packageId, name
SELECT size_bytes, sha256
  FROM ota_package_file
 WHERE package_id = :packageId
   AND name = :name
   AND url IS NULL
