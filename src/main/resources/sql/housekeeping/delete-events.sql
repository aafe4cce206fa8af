--   in: ids
DELETE FROM ota_event
 WHERE id IN (:ids)
   AND undelivered IS NULL
