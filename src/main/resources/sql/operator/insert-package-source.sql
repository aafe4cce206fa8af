-- in: productKey, module, version, source, packageId
INSERT INTO ota_package_source (product_key, module, to_version, source_version, package_id)
VALUES (:productKey, :module, :version, :source, :packageId)
