-- Which transactions have ended: all below ended_below. All that had changed a row before this one did are below begun_below; the snapshot's
-- xmax is no such bound, for of those that are at work it knows only up to the latest that has ended.
SELECT txid_snapshot_xmin(s) AS ended_below, txid_current() AS begun_below
  FROM txid_current_snapshot() AS s
