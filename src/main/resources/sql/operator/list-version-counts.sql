-- How many devices ran which version of a module on which days, the most frequent of a day first.
--   in: productKey, module, from, to (days, both included)
SELECT counted_on, version, devices
  FROM ota_version_count
 WHERE product_key = :productKey
   AND module      = :module
   AND counted_on BETWEEN :from AND :to
 ORDER BY counted_on, devices DESC, version
