-- What the devices of a batch are told about its package. Run by route find-package, hence :# before a parameter.
--   in:  body, the batch's id
--   out: a row for each file of the package, in the order in which devices are told of them. dialect of the product; package_id, module,
--        version, type (full, diff), sign_method, custom_info, digest_sign of the package; file_name, size_bytes, md5, sha256 of the file, and
--        url: null where it was uploaded; tags and protocol of the batch
SELECT COALESCE(pr.dialect, 'sagoo') AS dialect,
       p.id AS package_id, p.module, p.version, p.type, p.sign_method, p.custom_info, p.digest_sign,
       f.name AS file_name, f.size_bytes, f.md5, f.sha256, f.url,
       b.tags, b.protocol
  FROM ota_batch b
  JOIN ota_package p       ON p.id = b.package_id
  JOIN ota_package_file f  ON f.package_id = p.id
  LEFT JOIN ota_product pr ON pr.product_key = p.product_key
 WHERE b.id = :#${body}
 ORDER BY f.number, f.name
