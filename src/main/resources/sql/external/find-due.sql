-- Files that are elsewhere, of packages with a batch under way, that are to be looked at again; or, not verified yet, to be read.
--   in: now, verified (1 or 0), most
SELECT f.package_id, f.name, f.url, f.size_bytes, f.md5, f.sha256, f.failures, COALESCE(pr.dialect, 'sagoo') AS dialect
  FROM (SELECT DISTINCT b.package_id
          FROM ota_batch b
         WHERE b.status IN ('preparing', 'scheduled', 'running')
           AND b.paused = 0) u
  JOIN ota_package_file f  ON f.package_id = u.package_id
  JOIN ota_package p       ON p.id = f.package_id
  LEFT JOIN ota_product pr ON pr.product_key = p.product_key
 WHERE f.url IS NOT NULL
   AND CASE WHEN f.verified_at IS NULL THEN 0 ELSE 1 END = :verified
   AND (f.check_at IS NULL OR f.check_at <= :now)
 ORDER BY f.check_at, f.package_id, f.number
 LIMIT :most
