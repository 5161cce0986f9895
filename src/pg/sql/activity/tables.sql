-- The largest tables with their indexes and toast, and how many there are. A size that is measured takes the table's
-- weakest lock for a moment: where somebody holds or wants one that keeps that away it is estimated, by the pages of the
-- last VACUUM or ANALYZE. $1: how many; $2: estimate all.
WITH blocked AS MATERIALIZED (
    SELECT l.relation
    FROM pg_catalog.pg_locks l
    WHERE l.locktype OPERATOR(pg_catalog.=) 'relation' AND l.mode OPERATOR(pg_catalog.=) 'AccessExclusiveLock'
), kept AS MATERIALIZED (
    SELECT b.relation
    FROM blocked b
    UNION
    SELECT i.indrelid
    FROM blocked b
    JOIN pg_catalog.pg_index i ON i.indexrelid OPERATOR(pg_catalog.=) b.relation
), candidate AS (
    SELECT
        c.oid, n.nspname, c.relname, c.reltuples, c.reltoastrelid,
        $2::pg_catalog.bool OR EXISTS (
            SELECT
            FROM kept k
            WHERE k.relation OPERATOR(pg_catalog.=) ANY (ARRAY[c.oid, c.reltoastrelid])
        ) AS is_estimated
    FROM pg_catalog.pg_class c
    JOIN pg_catalog.pg_namespace n ON n.oid OPERATOR(pg_catalog.=) c.relnamespace
    WHERE c.relkind OPERATOR(pg_catalog.=) ANY ('{r,m}'::pg_catalog."char"[])
      AND n.nspname OPERATOR(pg_catalog.<>) 'information_schema'
      AND n.nspname OPERATOR(pg_catalog.!~) '^pg_'
), sized AS (
    SELECT
        t.*,
        CASE WHEN t.is_estimated
            THEN (
                SELECT pg_catalog.sum(p.relpages)
                FROM pg_catalog.pg_class p
                WHERE p.oid OPERATOR(pg_catalog.=) ANY (ARRAY(
                    SELECT pg_catalog.unnest(ARRAY[t.oid, t.reltoastrelid])
                    UNION ALL
                    SELECT i.indexrelid
                    FROM pg_catalog.pg_index i
                    WHERE i.indrelid OPERATOR(pg_catalog.=) ANY (ARRAY[t.oid, t.reltoastrelid])
                ))
            ) OPERATOR(pg_catalog.*) pg_catalog.current_setting('block_size')::pg_catalog.int8
            ELSE pg_catalog.pg_total_relation_size(t.oid)
        END AS bytes
    FROM candidate t
)
SELECT
    pg_catalog.format('%I.%I', s.nspname, s.relname) AS name,
    s.bytes,
    CASE WHEN s.reltuples OPERATOR(pg_catalog.>=) 0::pg_catalog.float4 THEN s.reltuples::pg_catalog.int8 END AS rows,
    s.is_estimated,
    pg_catalog.count(*) OVER () AS tables,
    pg_catalog.sum(s.bytes) OVER () AS all_bytes
FROM sized s
ORDER BY s.bytes DESC NULLS LAST, s.nspname, s.relname
LIMIT $1::pg_catalog.int8;
