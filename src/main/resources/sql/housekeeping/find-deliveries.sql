-- What has become of some events at the subscriptions.
--   in:  first, last (ids of events)
--   out: id and event_id of each delivery; is_open is 1 while it waits
SELECT d.id, d.event_id, d.is_open
  FROM ota_webhook w
  JOIN ota_delivery d ON d.webhook_id = w.id AND d.event_id BETWEEN :first AND :last
