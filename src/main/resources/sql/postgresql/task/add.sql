-- All at once, as in device/update.sql.
INSERT INTO ota_task (batch_id, package_id, device, product_key, device_key, module, from_version, to_version, status, is_open, ended,
                      step, reason, device_desc, attempt, pushes, push_number, refusals, first_pushed_at, pushed_at, attempt_pushed_at,
                      not_before, waiting, stage, progress_at, last_progress, due_at, history_count, created_at, updated_at)
SELECT *
  FROM unnest(:batchId::bigint[], :packageId::bigint[], :device::varchar[], :productKey::varchar[], :deviceKey::varchar[], :module::varchar[],
              :fromVersion::varchar[], :toVersion::varchar[], :status::varchar[], :open::smallint[], :ended::varchar[],
              :step::int[], :reason::varchar[], :deviceDesc::varchar[], :attempt::int[], :pushes::int[], :pushNumber::int[], :refusals::int[],
              :firstPushedAt::timestamp[], :pushedAt::timestamp[], :attemptPushedAt::timestamp[],
              :notBefore::timestamp[], :waiting::smallint[], :stage::int[], :progressAt::timestamp[], :lastProgress::varchar[], :dueAt::timestamp[],
              :historyCount::bigint[], :createdAt::timestamp[], :now::timestamp[])
