-- The types that columns have, and what those are made of. With search_path empty.
WITH RECURSIVE spans (type, inner_type) AS MATERIALIZED (
    SELECT r.rngtypid, r.rngsubtype
    FROM pg_catalog.pg_range r
    UNION ALL
    SELECT (pg_catalog.to_jsonb(r) OPERATOR(pg_catalog.->>) 'rngmultitypid')::pg_catalog.oid, r.rngtypid -- 13 has none
    FROM pg_catalog.pg_range r
), used (oid) AS (
    SELECT a.atttypid
    FROM pg_catalog.pg_attribute a
    WHERE a.attrelid OPERATOR(pg_catalog.>=) 16384::pg_catalog.oid
      AND a.attnum OPERATOR(pg_catalog.>) 0
      AND NOT a.attisdropped
    UNION
    SELECT part.oid
    FROM used u
    JOIN pg_catalog.pg_type t ON t.oid OPERATOR(pg_catalog.=) u.oid
    LEFT JOIN spans s ON s.type OPERATOR(pg_catalog.=) t.oid
    CROSS JOIN LATERAL (VALUES (t.typbasetype), (t.typelem), (s.inner_type)) AS part(oid)
    WHERE part.oid OPERATOR(pg_catalog.<>) 0::pg_catalog.oid
)
SELECT
    t.oid,
    n.nspname AS schema,
    t.typname AS name,
    pg_catalog.format('%I.%I', n.nspname, t.typname) AS qualified,
    t.typtype AS kind,
    CASE WHEN t.typtype OPERATOR(pg_catalog.=) 'd' THEN pg_catalog.format_type(t.typbasetype, t.typtypmod) END AS base_name,
    COALESCE(
        NULLIF(t.typbasetype, 0::pg_catalog.oid),
        (SELECT s.inner_type FROM spans s WHERE s.type OPERATOR(pg_catalog.=) t.oid),
        CASE WHEN t.typcategory OPERATOR(pg_catalog.=) 'A' THEN NULLIF(t.typelem, 0::pg_catalog.oid) END
    ) AS inner_type,
    t.typtypmod AS modifier,
    t.typrelid AS relation,
    CASE WHEN t.typtype OPERATOR(pg_catalog.=) 'e' THEN (
        SELECT pg_catalog.jsonb_agg(e.enumlabel ORDER BY e.enumsortorder)
        FROM pg_catalog.pg_enum e
        WHERE e.enumtypid OPERATOR(pg_catalog.=) t.oid
    ) END AS labels,
    CASE WHEN t.typtype OPERATOR(pg_catalog.=) 'd' THEN (
        SELECT pg_catalog.jsonb_agg(pg_catalog.pg_get_expr(k.conbin, 0) ORDER BY k.conname)
        FROM pg_catalog.pg_constraint k
        WHERE k.contypid OPERATOR(pg_catalog.=) t.oid
          AND k.contype OPERATOR(pg_catalog.=) 'c'
    ) END AS checks,
    t.typcategory OPERATOR(pg_catalog.=) 'A' AND t.typelem OPERATOR(pg_catalog.<>) 0::pg_catalog.oid AS is_array,
    t.typnotnull AS is_not_null
FROM pg_catalog.pg_type t
JOIN pg_catalog.pg_namespace n ON n.oid OPERATOR(pg_catalog.=) t.typnamespace
WHERE t.oid OPERATOR(pg_catalog.=) ANY (SELECT u.oid FROM used u)
ORDER BY t.oid;
