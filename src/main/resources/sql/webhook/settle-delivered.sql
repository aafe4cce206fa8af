-- Deliveries that succeeded with the same answer after the same time.
--   in: ids, answer, latency (ms), replays, now
-- Only while one is open and has not been opened again meanwhile, as in settle-delivery.
UPDATE ota_delivery
   SET status           = 'delivered',
       is_open          = NULL,
       attempts         = attempts + 1,
       answer           = :answer,
       error            = NULL,
       latency_ms       = :latency,
       first_attempt_at = COALESCE(first_attempt_at, :now),
       updated_at       = :now
 WHERE id IN (:ids)
   AND is_open = 1
   AND replays = :replays
