-- The file that a device may read in blocks over MQTT: that of a package which it has a task for in a batch over MQTT, or had until lately.
--   in:  device (path), packageId, since (a task that has ended counts if it was changed later)
--   out: 0 or 1 row: name
SELECT f.name
  FROM ota_package_file f
 WHERE f.package_id = :packageId
   AND f.url IS NULL
   AND EXISTS (SELECT 1
                 FROM ota_batch b
                 JOIN ota_task t ON t.batch_id = b.id
                WHERE b.package_id = f.package_id
                  AND b.protocol = 'mqtt'
                  AND t.device = :device
                  AND (t.is_open = 1 OR t.updated_at > :since))
