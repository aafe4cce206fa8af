UPDATE ota_task
   SET from_version = :fromVersion, status = :status, is_open = :open, ended = :ended, step = :step, reason = :reason, device_desc = :deviceDesc,
       attempt = :attempt, pushes = :pushes, push_number = :pushNumber, refusals = :refusals,
       first_pushed_at = :firstPushedAt, pushed_at = :pushedAt, attempt_pushed_at = :attemptPushedAt, not_before = :notBefore,
       waiting = :waiting, stage = :stage, progress_at = :progressAt, last_progress = :lastProgress,
       due_at = :dueAt, history_count = :historyCount, updated_at = :now
 WHERE id = :id
