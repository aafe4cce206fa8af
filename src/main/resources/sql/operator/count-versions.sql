-- How many devices run which version of a module, the most frequent first.
--   in: productKey, module
SELECT version, COUNT(*) AS devices
  FROM ota_device_module
 WHERE product_key = :productKey
   AND module      = :module
 GROUP BY version
 ORDER BY devices DESC, version
