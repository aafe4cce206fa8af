-- A new batch, to be prepared from dueAt on, or when its list has come.
--   in: packageId, productKey, module, toVersion, type, name, protocol, selection, push (1 or 0), dynamic (1 or 0), tags, rollout (JSON), unlisted (1: its devices come later, else 0), startsAt, endsAt, dueAt, now
INSERT INTO ota_batch (package_id, product_key, module, to_version, type, name, protocol, selection, push, dynamic, tags, rollout,
                       unlisted, starts_at, ends_at, status, due_at, created_at)
VALUES (:packageId, :productKey, :module, :toVersion, :type, :name, :protocol, :selection, :push, :dynamic, :tags, :rollout,
        :unlisted, :startsAt, :endsAt, 'preparing', :dueAt, :now)
