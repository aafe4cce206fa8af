-- Of a subscription that has been deleted: nobody waits for them.
--   in: ids
DELETE FROM ota_delivery
 WHERE id IN (:ids)
