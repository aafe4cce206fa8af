-- Which of these batches push nothing for the first time: paused, canceled, or of a package that is elsewhere and not verified.
--   in:  ids
--   out: id; by_hand is 1 where an operator cannot push a task of it by hand either: all but what has been canceled
SELECT h.id, CASE WHEN h.paused = 1 OR h.work IN ('cancel', 'cancel-all') OR h.unverified > 0 THEN 1 ELSE 0 END AS by_hand
  FROM (SELECT b.id, b.paused, b.status, b.work,
               (SELECT COUNT(*)
                  FROM ota_package_file f
                 WHERE f.package_id = b.package_id
                   AND f.url IS NOT NULL
                   AND f.verified_at IS NULL) AS unverified
          FROM ota_batch b
         WHERE b.id IN (:ids)) h
 WHERE h.paused = 1 OR h.status = 'canceled' OR h.work IN ('cancel', 'cancel-all') OR h.unverified > 0
