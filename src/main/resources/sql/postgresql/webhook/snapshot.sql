-- Which transactions have ended: all below ended_below. Whichever begin from now on are begun_below or above.
SELECT txid_snapshot_xmin(s) AS ended_below, txid_snapshot_xmax(s) AS begun_below
  FROM txid_current_snapshot() AS s
