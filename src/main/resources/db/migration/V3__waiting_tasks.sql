-- Which tasks wait, and how: ota_task.waiting once more, for those of which it is not null. In a table of its own, for an index on a column
-- that each push changes has the task's row enter all its indexes again (PostgreSQL: no HOT update).
-- It may be run again, as V2__deleted_subscriptions.sql says.
CREATE TABLE IF NOT EXISTS ota_waiting (
  batch_id BIGINT    NOT NULL,
  waiting  SMALLINT  NOT NULL,
  task_id  BIGINT    NOT NULL,
  device   ${device} NOT NULL,
  PRIMARY KEY (batch_id, waiting, task_id)
)${table};
DELETE FROM ota_waiting;
INSERT INTO ota_waiting (batch_id, waiting, task_id, device)
SELECT batch_id, waiting, id, device
  FROM ota_task
 WHERE waiting IS NOT NULL;
${dropTaskWaiting}
