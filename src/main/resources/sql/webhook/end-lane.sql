-- Nothing to send, if nothing is left. A statement of its own after release-lane, which has locked the lane: so it sees
-- what a fan-out has added until then, and what is added later makes the lane due. What a replay holds back is nothing to
-- send: the replay makes the lane due when it gets there.
--   in: webhook, lane
UPDATE ota_webhook_lane
   SET due_at = NULL
 WHERE webhook_id = :webhook
   AND lane       = :lane
   AND claimed_by IS NULL
   AND NOT EXISTS (SELECT 1
                     FROM ota_delivery d
                    WHERE d.webhook_id = :webhook
                      AND d.lane       = :lane
                      AND d.is_open    = 1
                      AND d.event_id  <= COALESCE((SELECT h.replay_after FROM ota_webhook h WHERE h.id = :webhook), 9223372036854775807))
