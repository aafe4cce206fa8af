-- How far a replay is; null: it has ended.
--   in: id, replayAfter, deadAfter
UPDATE ota_webhook
   SET replay_after = :replayAfter,
       dead_after   = :deadAfter
 WHERE id = :id
