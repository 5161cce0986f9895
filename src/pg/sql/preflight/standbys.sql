-- Standbys that are connected, and how far behind they are. Without the right to see more there is only their name.
SELECT
    s.application_name,
    s.state,
    s.sync_state,
    CASE WHEN NOT pg_catalog.pg_is_in_recovery()
        THEN pg_catalog.pg_wal_lsn_diff(pg_catalog.pg_current_wal_lsn(), s.replay_lsn)::pg_catalog.int8
    END AS behind_bytes,
    (pg_catalog.date_part('epoch', s.replay_lag) OPERATOR(pg_catalog.*) 1000::pg_catalog.float8)::pg_catalog.int8
        AS behind_ms
FROM pg_catalog.pg_stat_replication s
ORDER BY s.application_name, s.pid;
