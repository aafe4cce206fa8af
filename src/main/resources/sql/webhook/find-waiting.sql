-- The first that waits in each lane of a claim, in the order of the events.
--   in: webhook, claim (of lanes of it), limit (of a lane: one with very many events must not keep the others from their turn)
-- While a replay goes on, nothing later than what it has opened: so a device's events come in order, also what happens meanwhile.
-- Counted before the events are joined: else those of a long lane would all be read each time.
SELECT d.delivery_id, d.lane, d.attempts, d.first_attempt_at, d.replays,
       e.id, e.type, e.at, e.sequence, e.product_key, e.device_key, e.module, e.batch_id, e.task_id, e.package_id, e.data
  FROM (SELECT w.id AS delivery_id, w.event_id, w.lane, w.attempts, w.first_attempt_at, w.replays,
               ROW_NUMBER() OVER (PARTITION BY w.webhook_id, w.lane ORDER BY w.event_id) AS place
          FROM ota_webhook_lane l
          JOIN ota_delivery w ON w.webhook_id = l.webhook_id AND w.lane = l.lane AND w.is_open = 1
                             AND w.event_id <= (SELECT COALESCE(h.replay_after, 9223372036854775807) FROM ota_webhook h WHERE h.id = :webhook)
         WHERE l.claimed_by = :claim) d
  JOIN ota_event e ON e.id = d.event_id
 WHERE d.place <= :limit
 ORDER BY d.event_id
