-- All at once, as in device/update.sql.
UPDATE ota_task t
   SET status = 'pushed', pushes = 1, push_number = 1, refusals = 0, first_pushed_at = v.at, pushed_at = v.at, attempt_pushed_at = v.at,
       not_before = NULL, waiting = NULL, due_at = NULL, history_count = t.history_count + 1, updated_at = v.at
  FROM unnest(:id::bigint[], :at::timestamp[]) AS v (id, at)
 WHERE t.id = v.id
