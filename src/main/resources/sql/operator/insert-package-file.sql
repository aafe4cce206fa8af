-- A file of a package: elsewhere, or with url null kept here.
--   in: packageId, name, number (from 1), size (bytes), md5 and sha256 (lower-case hex, one may be null), url (null: kept here), now
INSERT INTO ota_package_file (package_id, name, number, size_bytes, md5, sha256, url, created_at)
VALUES (:packageId, :name, :number, :size, :md5, :sha256, :url, :now)
