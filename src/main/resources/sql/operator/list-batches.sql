-- A page of batches in the order in which they were made. A long selection stays where it is: one that lists devices may have a
-- mebibyte, and a page a thousand of them.
--   in:  after (the ID before the page), limit
--   out: selection is null where it has more than 4,000 characters
SELECT id, package_id, product_key, module, to_version, type, name, protocol,
       CASE WHEN CHAR_LENGTH(selection) <= 4000 THEN selection END AS selection, push, dynamic, tags, rollout,
       CASE WHEN paused = 1 AND status IN ('preparing', 'scheduled', 'running') THEN 'paused' ELSE status END AS status, pause_reason,
       created_at, finished_at
  FROM ota_batch
 WHERE id > :after
 ORDER BY id
 LIMIT :limit
