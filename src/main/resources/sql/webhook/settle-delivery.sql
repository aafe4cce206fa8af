-- A delivery that failed, or was given up.
--   in: id, status, open (1 or null), attempts, answer, error, latency (ms), replays, started (of the attempt), now
-- Only while it is open: after a lease that ended, the instance that took over may have been faster; and not if it was
-- opened again meanwhile: then it is to be sent after what was opened before it.
UPDATE ota_delivery
   SET status           = :status,
       is_open          = :open,
       attempts         = :attempts,
       answer           = :answer,
       error            = :error,
       latency_ms       = :latency,
       first_attempt_at = COALESCE(first_attempt_at, :started),
       updated_at       = :now
 WHERE id      = :id
   AND is_open = 1
   AND replays = :replays
