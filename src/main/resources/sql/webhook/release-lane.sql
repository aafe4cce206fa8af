-- Lets a lane go if it is still ours: its lease may have ended, and another instance have it. Locks it in either case, until
-- the transaction ends. (due_at comes first: MySQL has what it has set already where it reads the next column.)
--   in: webhook, lane, claim, due (when what is left in the lane may be sent)
UPDATE ota_webhook_lane
   SET due_at     = CASE WHEN claimed_by = :claim THEN :due ELSE due_at END,
       claimed_by = CASE WHEN claimed_by = :claim THEN NULL ELSE claimed_by END
 WHERE webhook_id = :webhook
   AND lane       = :lane
