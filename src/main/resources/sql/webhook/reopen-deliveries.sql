-- To be sent again, as if for the first time. What is on its way already does not count any more: it is sent once more, in its turn.
--   in: ids, now
UPDATE ota_delivery
   SET status           = 'waiting',
       is_open          = 1,
       attempts         = 0,
       answer           = NULL,
       error            = NULL,
       latency_ms       = NULL,
       replays          = replays + 1,
       first_attempt_at = NULL,
       updated_at       = :now
 WHERE id IN (:ids)
