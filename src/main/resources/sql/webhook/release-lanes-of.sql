-- At the start: lanes that an earlier run of the same instance was sending when it was killed are due again.
--   in: run (a pattern for claimed_by), now
UPDATE ota_webhook_lane
   SET claimed_by = NULL,
       due_at     = :now
 WHERE claimed_by LIKE :run
