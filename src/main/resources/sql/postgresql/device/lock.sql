-- As the common one, of an array: one parameter, however many devices there are.
SELECT device, sequence, history_count
  FROM ota_device
 WHERE device = ANY (:devices::varchar[])
 ORDER BY device
   FOR UPDATE
