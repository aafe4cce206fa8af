-- As the common one. All at once, as in update.sql; id grows in the order of the arrays.
INSERT INTO ota_event (type, at, sequence, product_key, device_key, module, batch_id, task_id, package_id, data, undelivered)
SELECT v.type, v.at, v.sequence, v.product_key, v.device_key, v.module, v.batch_id, v.task_id, v.package_id, v.data, v.undelivered
  FROM unnest(:type::varchar[], :at::timestamp[], :sequence::bigint[], :productKey::varchar[], :deviceKey::varchar[], :module::varchar[],
              :batchId::bigint[], :taskId::bigint[], :packageId::bigint[], :data::varchar[], :undelivered::smallint[]) WITH ORDINALITY
    AS v (type, at, sequence, product_key, device_key, module, batch_id, task_id, package_id, data, undelivered, place)
 ORDER BY v.place
