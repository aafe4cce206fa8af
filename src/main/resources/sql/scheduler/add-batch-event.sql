-- in: id (of the batch), type, now, data
INSERT INTO ota_event (type, at, product_key, module, batch_id, package_id, data, undelivered)
SELECT :type, :now, product_key, module, id, package_id, :data, 1
  FROM ota_batch
 WHERE id = :id
