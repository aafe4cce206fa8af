-- Deliveries that succeeded with the same answer.
--   in: ids, answer, now
-- Only while one is open, as in settle-delivery.
UPDATE ota_delivery
   SET status           = 'delivered',
       is_open          = NULL,
       attempts         = attempts + 1,
       answer           = :answer,
       error            = NULL,
       first_attempt_at = COALESCE(first_attempt_at, :now),
       updated_at       = :now
 WHERE id IN (:ids)
   AND is_open = 1
