-- Replication slots that nobody reads, or whose WAL is going or gone.
SELECT
    s.slot_name,
    s.active,
    s.wal_status,
    CASE WHEN NOT pg_catalog.pg_is_in_recovery()
        THEN pg_catalog.pg_wal_lsn_diff(pg_catalog.pg_current_wal_lsn(), s.restart_lsn)::pg_catalog.int8
    END AS kept_bytes
FROM pg_catalog.pg_replication_slots s
WHERE NOT s.temporary
  AND (NOT s.active OR s.wal_status OPERATOR(pg_catalog.=) ANY ('{unreserved,lost}'::pg_catalog.text[]))
ORDER BY s.slot_name;
