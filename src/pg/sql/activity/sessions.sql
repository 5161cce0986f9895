-- Every session, what it does, since when, what it holds; times in ms. What this role may not see is NULL.
-- A look takes no lock on a relation. $1: key of the runner's lock.
WITH modes (name, mode) AS (
    VALUES
        ('AccessShareLock', 1), ('RowShareLock', 2), ('RowExclusiveLock', 3), ('ShareUpdateExclusiveLock', 4),
        ('ShareLock', 5), ('ShareRowExclusiveLock', 6), ('ExclusiveLock', 7), ('AccessExclusiveLock', 8)
), locks AS MATERIALIZED (
    SELECT l.pid, l.locktype, l.relation, l.mode, l.objsubid, l.classid, l.objid
    FROM pg_catalog.pg_locks l
    WHERE l.granted
      AND l.pid IS NOT NULL
      AND l.locktype OPERATOR(pg_catalog.=) ANY ('{relation,advisory}'::pg_catalog.text[])
      AND l.database OPERATOR(pg_catalog.=) (
          SELECT d.oid
          FROM pg_catalog.pg_database d
          WHERE d.datname OPERATOR(pg_catalog.=) pg_catalog.current_database()
      )
), held AS (
    SELECT
        l.pid,
        pg_catalog.count(DISTINCT l.relation) AS relations,
        (pg_catalog.array_agg(l.mode ORDER BY m.mode DESC, l.relation))[1] AS mode,
        (pg_catalog.array_agg(l.relation ORDER BY m.mode DESC, l.relation))[1] AS relation
    FROM locks l
    JOIN modes m ON m.name OPERATOR(pg_catalog.=) l.mode
    WHERE l.relation OPERATOR(pg_catalog.>=) 16384::pg_catalog.oid -- not the server's own
    GROUP BY l.pid
), runner AS (
    SELECT l.pid
    FROM locks l
    WHERE l.locktype OPERATOR(pg_catalog.=) 'advisory'
      AND l.objsubid OPERATOR(pg_catalog.=) 1
      AND l.classid OPERATOR(pg_catalog.=) (
          ($1::pg_catalog.int8 OPERATOR(pg_catalog.>>) 32) OPERATOR(pg_catalog.&) 4294967295
      )::pg_catalog.oid
      AND l.objid OPERATOR(pg_catalog.=) ($1::pg_catalog.int8 OPERATOR(pg_catalog.&) 4294967295)::pg_catalog.oid
), seen AS (
    SELECT
        a.*,
        COALESCE(a.query OPERATOR(pg_catalog.=) '<insufficient privilege>', false) AS is_hidden,
        pg_catalog.clock_timestamp() AS now
    FROM pg_catalog.pg_stat_activity a
)
SELECT
    s.pid,
    s.usename,
    s.datname,
    s.application_name,
    CASE
        WHEN s.client_port OPERATOR(pg_catalog.<) 0 THEN 'local socket'
        ELSE COALESCE(s.client_hostname, pg_catalog.host(s.client_addr))
    END AS client,
    s.state,
    CASE WHEN NOT s.is_hidden
        THEN pg_catalog."left"(pg_catalog.regexp_replace(
            pg_catalog."left"(pg_catalog.btrim(s.query, E' \t\r\n'), 1000), '[[:space:]]+', ' ', 'g'), 500)
    END AS query,
    CASE WHEN s.wait_event IS NOT NULL THEN pg_catalog.concat(s.wait_event_type, ':', s.wait_event) END AS waits_at,
    (pg_catalog.date_part('epoch', s.now OPERATOR(pg_catalog.-) s.xact_start)
        OPERATOR(pg_catalog.*) 1000::pg_catalog.float8)::pg_catalog.int8 AS transaction_ms,
    (pg_catalog.date_part('epoch', s.now OPERATOR(pg_catalog.-) s.query_start)
        OPERATOR(pg_catalog.*) 1000::pg_catalog.float8)::pg_catalog.int8 AS statement_ms,
    (pg_catalog.date_part('epoch', s.now OPERATOR(pg_catalog.-) s.state_change)
        OPERATOR(pg_catalog.*) 1000::pg_catalog.float8)::pg_catalog.int8 AS state_ms,
    h.mode AS held_mode,
    h.relation::pg_catalog.regclass::pg_catalog.text AS held_relation,
    h.relations AS held_relations,
    s.is_hidden,
    -- of one that is hidden nothing but its user says that it is a client's
    COALESCE(s.backend_type OPERATOR(pg_catalog.=) 'client backend',
        s.usesysid IS NOT NULL AND w.pid IS NULL) AS is_client,
    COALESCE(s.backend_type, CASE WHEN w.pid IS NOT NULL THEN 'walsender' END) AS kind,
    COALESCE(r.rolsuper, false) AS is_superuser,
    COALESCE(s.query OPERATOR(pg_catalog.~~) 'autovacuum: %(to prevent wraparound)%'
        AND s.backend_type OPERATOR(pg_catalog.=) 'autovacuum worker', false) AS is_wraparound,
    COALESCE(s.datname OPERATOR(pg_catalog.=) pg_catalog.current_database(), false) AS is_here,
    s.pid OPERATOR(pg_catalog.=) pg_catalog.pg_backend_pid() AS is_self,
    EXISTS (SELECT FROM runner u WHERE u.pid OPERATOR(pg_catalog.=) s.pid) AS is_runner,
    COALESCE(pg_catalog.pg_has_role(s.usesysid, 'USAGE')
        OR pg_catalog.pg_has_role('pg_signal_backend', 'USAGE'), false) AS may_end,
    s.backend_start::pg_catalog.text AS begun,
    s.xact_start::pg_catalog.text AS transaction_begun,
    (pg_catalog.date_part('epoch', s.now OPERATOR(pg_catalog.-) s.backend_start)
        OPERATOR(pg_catalog.*) 1000::pg_catalog.float8)::pg_catalog.int8 AS session_ms
FROM seen s
LEFT JOIN held h ON h.pid OPERATOR(pg_catalog.=) s.pid
LEFT JOIN pg_catalog.pg_stat_get_wal_senders() w ON w.pid OPERATOR(pg_catalog.=) s.pid
LEFT JOIN pg_catalog.pg_roles r ON r.oid OPERATOR(pg_catalog.=) s.usesysid
ORDER BY s.pid;
