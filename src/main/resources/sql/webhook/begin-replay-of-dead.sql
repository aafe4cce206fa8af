-- Remembers that what is dead is to be sent again; the fan-out does it.
--   in:  id, after (the event before the first)
--   out: 0 updated: there is no such subscription, or a replay of it goes on
UPDATE ota_webhook
   SET dead_after = :after
 WHERE id = :id
   AND replay_after IS NULL
   AND dead_after   IS NULL
