INSERT INTO ota_device_module (device, module, product_key, version, reported_at, inform_id,
                               success_task_id, success_version, success_from_version, success_quiet_until)
VALUES (:device, :module, :productKey, :version, :reportedAt, :informId,
        :successTaskId, :successVersion, :successFromVersion, :successQuietUntil)
