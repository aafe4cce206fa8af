--   in: ids
-- Not one that an operator has just made wait again.
DELETE FROM ota_delivery
 WHERE id IN (:ids)
   AND is_open IS NULL
