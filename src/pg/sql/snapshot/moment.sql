-- Where the write-ahead log stands while no transaction that writes is open. Asked before our snapshot is taken, and
-- within it at the end of reading: as long as it is the same, nobody has committed in between. Nothing on a standby,
-- which shows rows before it says so.
SELECT CASE
    WHEN NOT pg_catalog.pg_is_in_recovery()
         AND pg_catalog.pg_snapshot_xmin(s.now) OPERATOR(pg_catalog.=) pg_catalog.pg_snapshot_xmax(s.now)
    THEN pg_catalog.pg_current_wal_insert_lsn()::pg_catalog.text
END AS moment
FROM (SELECT pg_catalog.pg_current_snapshot() AS now) s;
