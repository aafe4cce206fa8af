-- The schedule starts anew: the days of the pause are not the receiver's failure.
--   in: id, after and until (ids of events)
UPDATE ota_delivery
   SET attempts         = 0,
       first_attempt_at = NULL
 WHERE webhook_id = :id
   AND status     = 'waiting'
   AND event_id   > :after
   AND event_id  <= :until
   AND attempts   > 0
