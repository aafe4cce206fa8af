-- All at once, as in device/update.sql.
--   in, arrays of as many elements: id, and what the task is now
UPDATE ota_task t
   SET from_version = v.from_version, status = v.status, is_open = v.is_open, ended = v.ended, step = v.step, reason = v.reason,
       device_desc = v.device_desc, attempt = v.attempt, pushes = v.pushes, push_number = v.push_number, refusals = v.refusals,
       first_pushed_at = v.first_pushed_at, pushed_at = v.pushed_at, attempt_pushed_at = v.attempt_pushed_at, not_before = v.not_before,
       waiting = v.waiting, stage = v.stage, progress_at = v.progress_at, last_progress = v.last_progress,
       due_at = v.due_at, history_count = v.history_count, updated_at = v.updated_at
  FROM unnest(:id::bigint[], :fromVersion::varchar[], :status::varchar[], :open::smallint[], :ended::varchar[], :step::int[], :reason::varchar[],
              :deviceDesc::varchar[], :attempt::int[], :pushes::int[], :pushNumber::int[], :refusals::int[],
              :firstPushedAt::timestamp[], :pushedAt::timestamp[], :attemptPushedAt::timestamp[], :notBefore::timestamp[],
              :waiting::smallint[], :stage::int[], :progressAt::timestamp[], :lastProgress::varchar[],
              :dueAt::timestamp[], :historyCount::bigint[], :now::timestamp[])
    AS v (id, from_version, status, is_open, ended, step, reason, device_desc, attempt, pushes, push_number, refusals, first_pushed_at, pushed_at,
          attempt_pushed_at, not_before, waiting, stage, progress_at, last_progress, due_at, history_count, updated_at)
 WHERE t.id = v.id
