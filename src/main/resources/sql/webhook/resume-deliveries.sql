-- The schedule starts anew: the days of the pause are not the receiver's failure.
--   in: id
UPDATE ota_delivery
   SET attempts         = 0,
       first_attempt_at = NULL
 WHERE webhook_id = :id
   AND status     = 'waiting'
   AND attempts   > 0
