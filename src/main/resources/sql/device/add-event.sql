-- The outbox: in the transaction that makes the event true.
INSERT INTO ota_event (type, at, sequence, product_key, device_key, module, batch_id, task_id, package_id, data, undelivered)
VALUES (:type, :at, :sequence, :productKey, :deviceKey, :module, :batchId, :taskId, :packageId, :data, 1)
