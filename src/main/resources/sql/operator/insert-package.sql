-- A new package.
--   in: productKey, module, version, type, fullVersion (the version of a full package, else null), name, description, signMethod, platform,
--       customInfo, digestSign, status, now
INSERT INTO ota_package (product_key, module, version, type, full_version, name, description, sign_method, platform, custom_info,
                         digest_sign, status, created_at)
VALUES (:productKey, :module, :version, :type, :fullVersion, :name, :description, :signMethod, :platform, :customInfo,
        :digestSign, :status, :now)
