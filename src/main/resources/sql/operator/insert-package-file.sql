-- A package's file that is elsewhere.
--   in: packageId, name, size (bytes), md5 and sha256 (lower-case hex, one may be null), url, now
INSERT INTO ota_package_file (package_id, name, size_bytes, md5, sha256, url, created_at)
VALUES (:packageId, :name, :size, :md5, :sha256, :url, :now)
