-- Who holds locks that conflict with those wanted, and who makes a backend wait; a row each.
-- A look takes no lock on the relations themselves. What the reader may not see of another session is NULL there.
-- $1: wanted, [{"relation": "public.orders", "mode": 8, "reach": 1}, ...]: mode as in lockdefs.h; reach 0 the relation,
-- 1 its children and an index's table too, 2 also what its foreign keys reference. $2: pid of a backend, or NULL.
WITH RECURSIVE modes (name, mode, conflicts) AS (
    VALUES
        ('AccessShareLock', 1, '{8}'::pg_catalog.int4[]),
        ('RowShareLock', 2, '{7,8}'),
        ('RowExclusiveLock', 3, '{5,6,7,8}'),
        ('ShareUpdateExclusiveLock', 4, '{4,5,6,7,8}'),
        ('ShareLock', 5, '{3,4,6,7,8}'),
        ('ShareRowExclusiveLock', 6, '{3,4,5,6,7,8}'),
        ('ExclusiveLock', 7, '{2,3,4,5,6,7,8}'),
        ('AccessExclusiveLock', 8, '{1,2,3,4,5,6,7,8}')
), reached AS (
    SELECT pg_catalog.to_regclass(w.relation)::pg_catalog.oid AS relation, w.mode, w.reach
    FROM pg_catalog.unnest(ARRAY( -- the planner takes an array for ten rows, not a hundred
        SELECT pg_catalog.jsonb_array_elements($1::pg_catalog.jsonb)
    )) AS one(wanted)
    CROSS JOIN LATERAL pg_catalog.jsonb_to_record(one.wanted)
        AS w(relation pg_catalog.text, mode pg_catalog.int4, reach pg_catalog.int4)
    UNION
    SELECT further.relation, r.mode, r.reach
    FROM reached r
    CROSS JOIN LATERAL (
        SELECT h.inhrelid AS relation
        FROM pg_catalog.pg_inherits h
        WHERE h.inhparent OPERATOR(pg_catalog.=) r.relation
        UNION ALL
        SELECT i.indrelid
        FROM pg_catalog.pg_index i
        WHERE i.indexrelid OPERATOR(pg_catalog.=) r.relation
    ) AS further
    WHERE r.reach OPERATOR(pg_catalog.>=) 1
), locked AS (
    SELECT r.relation, r.mode
    FROM reached r
    UNION ALL
    SELECT c.confrelid, r.mode
    FROM reached r
    JOIN pg_catalog.pg_constraint c ON c.conrelid OPERATOR(pg_catalog.=) r.relation
    WHERE r.reach OPERATOR(pg_catalog.=) 2 AND c.contype OPERATOR(pg_catalog.=) 'f'
), held AS (
    SELECT l.pid, l.virtualtransaction, l.relation, l.mode, w.mode AS wanted
    FROM locked w
    JOIN pg_catalog.pg_locks l ON l.relation OPERATOR(pg_catalog.=) w.relation
    JOIN modes m ON m.name OPERATOR(pg_catalog.=) l.mode
    WHERE l.locktype OPERATOR(pg_catalog.=) 'relation'
      AND l.granted
      AND l.database OPERATOR(pg_catalog.=) (
          SELECT d.oid
          FROM pg_catalog.pg_database d
          WHERE d.datname OPERATOR(pg_catalog.=) pg_catalog.current_database()
      )
      AND (l.pid IS NULL OR l.pid OPERATOR(pg_catalog.<>) pg_catalog.pg_backend_pid())
      AND w.mode OPERATOR(pg_catalog.=) ANY (m.conflicts)
    UNION ALL
    SELECT b.pid, NULL, waiting.relation, NULL, m.mode
    FROM pg_catalog.unnest(pg_catalog.pg_blocking_pids($2::pg_catalog.int4)) AS b(pid)
    LEFT JOIN pg_catalog.pg_locks waiting
        ON waiting.pid OPERATOR(pg_catalog.=) $2::pg_catalog.int4 AND NOT waiting.granted
    LEFT JOIN modes m ON m.name OPERATOR(pg_catalog.=) waiting.mode
), holder AS (
    -- a table is named before its indexes
    SELECT DISTINCT ON (h.pid, h.virtualtransaction)
        h.pid, h.virtualtransaction, h.relation, h.mode, h.wanted, t.relfrozenxid, t.relkind, t.relname, n.nspname
    FROM held h
    LEFT JOIN pg_catalog.pg_class t ON t.oid OPERATOR(pg_catalog.=) h.relation
    LEFT JOIN pg_catalog.pg_namespace n ON n.oid OPERATOR(pg_catalog.=) t.relnamespace
    ORDER BY h.pid, h.virtualtransaction, t.relkind OPERATOR(pg_catalog.=) ANY ('{i,I}'::pg_catalog."char"[]), h.relation
), seen AS (
    SELECT
        h.*, a.usename, a.application_name, a.state, a.state_change, a.query, a.backend_type,
        a.query OPERATOR(pg_catalog.=) '<insufficient privilege>' AS is_hidden,
        -- without the right to see more, a backend that has no user is a worker of the server
        a.pid IS NOT NULL AND (
            a.backend_type OPERATOR(pg_catalog.=) 'autovacuum worker'
            OR (a.backend_type IS NULL AND a.usesysid IS NULL
                AND h.mode OPERATOR(pg_catalog.=) 'ShareUpdateExclusiveLock')
        ) AS is_autovacuum,
        p.gid, p.owner, p.prepared
    FROM holder h
    LEFT JOIN pg_catalog.pg_stat_activity a ON a.pid OPERATOR(pg_catalog.=) h.pid
    -- a prepared transaction has no backend; the lock on its own number tells which it is
    LEFT JOIN pg_catalog.pg_locks x
        ON h.pid IS NULL AND x.pid IS NULL
        AND x.locktype OPERATOR(pg_catalog.=) 'transactionid'
        AND x.virtualtransaction OPERATOR(pg_catalog.=) h.virtualtransaction
    LEFT JOIN pg_catalog.pg_prepared_xacts p ON p.transaction OPERATOR(pg_catalog.=) x.transactionid
)
SELECT
    s.relation::pg_catalog.regclass::pg_catalog.text AS relation,
    s.pid,
    COALESCE(s.usename, s.owner) AS usename,
    s.application_name,
    s.state,
    (pg_catalog.date_part('epoch', pg_catalog.clock_timestamp() OPERATOR(pg_catalog.-) COALESCE(s.state_change, s.prepared))
        OPERATOR(pg_catalog.*) 1000::pg_catalog.float8)::pg_catalog.int8 AS since_ms,
    CASE WHEN NOT s.is_hidden
        THEN pg_catalog."left"(pg_catalog.regexp_replace(
            pg_catalog."left"(pg_catalog.btrim(s.query, E' \t\r\n'), 400), '[[:space:]]+', ' ', 'g'), 80)
    END AS query,
    s.virtualtransaction,
    s.gid,
    s.is_autovacuum,
    s.is_autovacuum AND CASE WHEN s.is_hidden OR s.query IS NULL
        THEN pg_catalog.age(s.relfrozenxid) OPERATOR(pg_catalog.>)
            pg_catalog.current_setting('autovacuum_freeze_max_age')::pg_catalog.int4
        ELSE s.query OPERATOR(pg_catalog.~~) '%(to prevent wraparound)%'
    END AS is_wraparound,
    CASE WHEN s.relkind OPERATOR(pg_catalog.=) ANY ('{r,p}'::pg_catalog."char"[])
            AND pg_catalog.has_table_privilege(s.relation, 'UPDATE, DELETE, TRUNCATE')
        THEN pg_catalog.format('%I.%I', s.nspname, s.relname)
    END AS lockable,
    s.wanted
FROM seen s
WHERE s.backend_type IS NULL OR s.backend_type OPERATOR(pg_catalog.<>) 'parallel worker'
ORDER BY since_ms DESC NULLS LAST, s.pid;
