-- in: id (of a batch of the package), type, now, data
INSERT INTO ota_event (type, at, product_key, module, package_id, data, undelivered)
SELECT :type, :now, product_key, module, package_id, :data, 1
  FROM ota_batch
 WHERE id = :id
