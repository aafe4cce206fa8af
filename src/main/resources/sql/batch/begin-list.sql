-- Takes a batch for a list of devices that is coming in. What its plan has let go so far is held against the shares of all tasks again, from
-- the first stage on: the new ones do not all go with the last. Failures that are there are known to the operator.
--   in: id, now, until
UPDATE ota_batch
   SET forgiven = CASE WHEN stage > 1 THEN (SELECT COALESCE(SUM(c.tasks), 0)
                                              FROM ota_batch_count c
                                             WHERE c.batch_id = :id
                                               AND c.stage = 1
                                               AND c.status = 'failed')
                       ELSE forgiven END,
       stage = CASE WHEN stage > 1 THEN 1 ELSE stage END, list_until = :until
 WHERE id = :id
   AND dynamic = 0
   AND status <> 'canceled'
   AND (list_until IS NULL OR list_until <= :now)
