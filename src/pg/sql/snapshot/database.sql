-- The database itself, what of it belongs to the schema in it: who may use it, how many at once, and its comment.
-- Name, owner and locale are those of the place; its owner is called so.
SELECT
    'database' AS kind,
    'database' AS identity,
    NULL AS parent,
    pg_catalog.concat_ws(' ', b.tableoid, b.oid) AS address,
    pg_catalog.shobj_description(b.oid, 'pg_database') AS comment,
    NULLIF(b.datconnlimit, -1) AS "connection limit",
    (
        SELECT pg_catalog.string_agg(line, E'\n' ORDER BY line COLLATE pg_catalog."C")
        FROM (
            SELECT pg_catalog.concat(
                CASE x.grantee WHEN 0 THEN 'PUBLIC' WHEN b.datdba THEN '(owner)'
                     ELSE pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(x.grantee)) END,
                ' ', x.privilege_type, CASE WHEN pg_catalog.bool_or(x.is_grantable) THEN ' WITH GRANT OPTION' END) AS line
            FROM pg_catalog.aclexplode(COALESCE(b.datacl, pg_catalog.acldefault('d', b.datdba))) x
            GROUP BY x.grantee, x.privilege_type
        ) lines
    ) AS access
FROM pg_catalog.pg_database b
WHERE b.datname = pg_catalog.current_database();
