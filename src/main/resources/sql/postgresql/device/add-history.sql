-- Keeps entries in slots of their tasks that have never been used. All at once, as in update.sql.
INSERT INTO ota_history (device, task_id, slot, number, at, type, status, step, version, message_id, detail)
SELECT *
  FROM unnest(:device::varchar[], :taskId::bigint[], :slot::int[], :number::bigint[], :at::timestamp[], :type::varchar[], :status::varchar[],
              :step::int[], :version::varchar[], :messageId::varchar[], :detail::varchar[])
