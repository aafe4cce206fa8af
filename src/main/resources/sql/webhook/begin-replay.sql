-- Remembers that events are to be sent again; the fan-out does it. A subscription younger than they are gets them too.
--   in:  id, after (the event before the first)
--   out: 0 updated: there is no such subscription, or a replay of it goes on
UPDATE ota_webhook
   SET after_event_id = CASE WHEN after_event_id > :after THEN :after ELSE after_event_id END,
       replay_after   = :after
 WHERE id = :id
   AND replay_after IS NULL
   AND dead_after   IS NULL
