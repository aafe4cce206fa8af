-- An end that has passed does not cancel what is added now.
--   in: id, now
UPDATE ota_batch
   SET status = 'running', ends_at = CASE WHEN ends_at <= :now THEN NULL ELSE ends_at END, finished_at = NULL, due_at = NULL
 WHERE id = :id
   AND status IN ('finished', 'canceled')
   AND work IS NULL
