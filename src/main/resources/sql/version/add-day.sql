-- How many devices run which version of each module now.
--   in: day
INSERT INTO ota_version_count (product_key, module, counted_on, version, devices)
SELECT product_key, module, CAST(:day AS DATE), version, COUNT(*)
  FROM ota_device_module
 GROUP BY product_key, module, version
