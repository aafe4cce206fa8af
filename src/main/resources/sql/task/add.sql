INSERT INTO ota_task (batch_id, package_id, device, product_key, device_key, module, from_version, to_version, status, is_open, ended,
                      step, reason, device_desc, attempt, pushes, push_number, refusals, first_pushed_at, pushed_at, attempt_pushed_at,
                      not_before, waiting, stage, progress_at, last_progress, due_at, history_count, created_at, updated_at)
VALUES (:batchId, :packageId, :device, :productKey, :deviceKey, :module, :fromVersion, :toVersion, :status, :open, :ended,
        :step, :reason, :deviceDesc, :attempt, :pushes, :pushNumber, :refusals, :firstPushedAt, :pushedAt, :attemptPushedAt,
        :notBefore, :waiting, :stage, :progressAt, :lastProgress, :dueAt, :historyCount, :createdAt, :now)
