-- Of the failures that an operator knew of, those that have begun anew are forgiven no more.
--   in: id, work
UPDATE ota_batch
   SET forgiven = CASE WHEN work = 'retry' AND forgiven > (SELECT COALESCE(SUM(c.tasks), 0)
                                                             FROM ota_batch_count c
                                                            WHERE c.batch_id = :id
                                                              AND c.stage = ota_batch.stage
                                                              AND c.status = 'failed')
                       THEN (SELECT COALESCE(SUM(c.tasks), 0)
                               FROM ota_batch_count c
                              WHERE c.batch_id = :id
                                AND c.stage = ota_batch.stage
                                AND c.status = 'failed')
                       ELSE forgiven END,
       work = NULL, work_until = NULL, due_at = NULL
 WHERE id = :id
   AND work = :work
