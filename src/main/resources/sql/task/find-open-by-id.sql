-- in: ids
SELECT id, batch_id, device, from_version, status, step, reason, device_desc, attempt, pushes, push_number, refusals,
       first_pushed_at, pushed_at, attempt_pushed_at, not_before, waiting, stage, progress_at, last_progress, due_at, history_count, created_at
  FROM ota_task
 WHERE id IN (:ids)
   AND is_open = 1
