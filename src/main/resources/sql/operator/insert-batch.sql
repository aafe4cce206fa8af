-- A new batch, to be prepared at once.
--   in: packageId, productKey, module, toVersion, name, protocol, selection, push (1 or 0), tags, rollout (JSON), now
INSERT INTO ota_batch (package_id, product_key, module, to_version, type, name, protocol, selection, push, tags, rollout,
                       status, due_at, created_at)
VALUES (:packageId, :productKey, :module, :toVersion, 'upgrade', :name, :protocol, :selection, :push, :tags, :rollout,
        'preparing', :now, :now)
