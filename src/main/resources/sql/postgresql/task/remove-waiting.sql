-- All at once, as in device/update.sql.
DELETE FROM ota_waiting w
 USING unnest(:batchId::bigint[], :waiting::smallint[], :first::bigint[], :last::bigint[]) AS v (batch_id, waiting, first_id, last_id)
 WHERE w.batch_id = v.batch_id
   AND w.waiting  = v.waiting
   AND w.task_id BETWEEN v.first_id AND v.last_id
