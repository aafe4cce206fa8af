-- in: id
SELECT status
  FROM ota_batch
 WHERE id = :id
