-- A new full package.
--   in: productKey, module, version, name, description, signMethod, platform, customInfo, digestSign, status, now
INSERT INTO ota_package (product_key, module, version, type, name, description, sign_method, platform, custom_info,
                         digest_sign, status, created_at)
VALUES (:productKey, :module, :version, 'full', :name, :description, :signMethod, :platform, :customInfo,
        :digestSign, :status, :now)
