-- All at once, as in device/update.sql.
UPDATE ota_waiting w
   SET ready = 0
  FROM unnest(:batchId::bigint[], :waiting::smallint[], :id::bigint[]) AS v (batch_id, waiting, task_id)
 WHERE w.batch_id = v.batch_id
   AND w.waiting  = v.waiting
   AND w.task_id  = v.task_id
   AND w.ready    = 1
