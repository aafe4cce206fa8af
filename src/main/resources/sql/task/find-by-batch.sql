-- The tasks of devices in one batch: what a progress with a strategy means, and which devices have one already.
-- batch_id + 0: as in find-ids.sql.
--   in: batchId, devices (paths)
SELECT id, batch_id, device, from_version, status, step, reason, device_desc, attempt, pushes, push_number, refusals,
       first_pushed_at, pushed_at, attempt_pushed_at, not_before, waiting, stage, progress_at, last_progress, due_at, history_count, created_at
  FROM ota_task
 WHERE batch_id + 0 = :batchId
   AND device IN (:devices)
