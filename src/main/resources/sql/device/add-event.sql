-- In the transaction that makes the event true; undelivered is 1 where it goes into the outbox, null where no subscription asks for it.
INSERT INTO ota_event (type, at, sequence, product_key, device_key, module, batch_id, task_id, package_id, data, undelivered)
VALUES (:type, :at, :sequence, :productKey, :deviceKey, :module, :batchId, :taskId, :packageId, :data, :undelivered)
