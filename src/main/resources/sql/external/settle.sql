-- What was found. Verified it is once all its bytes have been read, and until other ones are there.
--   in: packageId, name, failures, fault (null: it is as declared), again, verifiedAt (may be null), mismatch (1 or 0)
UPDATE ota_package_file
   SET failures = :failures, fault = :fault, check_at = :again,
       verified_at = CASE WHEN :mismatch = 1 THEN NULL ELSE COALESCE(:verifiedAt, verified_at) END
 WHERE package_id = :packageId
   AND name = :name
