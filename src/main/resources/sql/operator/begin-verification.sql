-- in: id
UPDATE ota_package
   SET status = 'verifying'
 WHERE id = :id
   AND status = 'unverified'
