-- Batches that have something to let go, or a stage to look at. None while a list of devices is
-- coming in: a stage would be a share of what has come so far.
--   in:  now
--   out: id
SELECT b.id
  FROM ota_batch b
 WHERE b.status = 'running'
   AND b.paused = 0
   AND (b.list_until IS NULL OR b.list_until <= :now)
   AND (b.work IS NULL OR b.work = 'retry')
   AND (b.due_at IS NULL OR b.due_at <= :now)
   AND (b.ends_at IS NULL OR b.ends_at > :now)
   AND NOT EXISTS (SELECT 1
                     FROM ota_package_file f
                    WHERE f.package_id = b.package_id
                      AND f.url IS NOT NULL
                      AND f.verified_at IS NULL)
   AND (b.stage > 0
        OR EXISTS (SELECT 1 FROM ota_waiting w WHERE w.batch_id = b.id AND w.waiting = 2 - b.push)
        OR EXISTS (SELECT 1 FROM ota_waiting w WHERE w.batch_id = b.id AND w.waiting = 5))
 ORDER BY b.id
