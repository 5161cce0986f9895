-- Sessions of this database whose transaction is old, or idle; and those that do not show it to the reader.
-- $1: from which age on a transaction is old, milliseconds.
SELECT
    s.pid,
    s.usename,
    s.application_name,
    s.state,
    s.transaction_ms,
    s.idle_ms,
    s.query,
    s.is_hidden,
    s.transaction_ms OPERATOR(pg_catalog.>=) $1::pg_catalog.int8 AS is_old
FROM (
    SELECT
        a.pid,
        a.usename,
        a.application_name,
        a.state,
        (pg_catalog.date_part('epoch', pg_catalog.clock_timestamp() OPERATOR(pg_catalog.-) a.xact_start)
            OPERATOR(pg_catalog.*) 1000::pg_catalog.float8)::pg_catalog.int8 AS transaction_ms,
        (pg_catalog.date_part('epoch', pg_catalog.clock_timestamp() OPERATOR(pg_catalog.-) a.state_change)
            OPERATOR(pg_catalog.*) 1000::pg_catalog.float8)::pg_catalog.int8 AS idle_ms,
        pg_catalog."left"(pg_catalog.regexp_replace(
            pg_catalog."left"(pg_catalog.btrim(a.query, E' \t\r\n'), 400), '[[:space:]]+', ' ', 'g'), 80) AS query,
        a.query OPERATOR(pg_catalog.=) '<insufficient privilege>' AS is_hidden
    FROM pg_catalog.pg_stat_activity a
    WHERE a.datname OPERATOR(pg_catalog.=) pg_catalog.current_database()
      AND a.pid OPERATOR(pg_catalog.<>) pg_catalog.pg_backend_pid()
      AND a.usesysid IS NOT NULL
      AND (a.backend_type IS NULL OR a.backend_type OPERATOR(pg_catalog.<>) 'parallel worker')
) AS s
WHERE s.is_hidden
   OR s.transaction_ms OPERATOR(pg_catalog.>=) $1::pg_catalog.int8
   OR s.transaction_ms IS NOT NULL AND s.state OPERATOR(pg_catalog.~~) 'idle in transaction%'
ORDER BY s.is_hidden, s.transaction_ms DESC, s.pid;
