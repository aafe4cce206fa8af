--   in: ids of events
-- By id, not "up to id": what commits meanwhile may have a lower one.
UPDATE ota_event
   SET undelivered = NULL
 WHERE id IN (:ids)
