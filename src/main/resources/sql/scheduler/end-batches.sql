-- What is still pending when a batch ends is canceled.
--   in: now
UPDATE ota_batch
   SET work = 'cancel', work_until = NULL, ends_at = NULL, due_at = NULL,
       dynamic = CASE WHEN dynamic = 1 THEN 2 ELSE dynamic END
 WHERE status IN ('scheduled', 'running')
   AND ends_at <= :now
   AND work IS NULL
