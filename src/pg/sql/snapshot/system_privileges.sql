-- Privileges of the system's and of extensions' objects that were changed after these were made. The server keeps
-- no initial ones of information_schema.
WITH members AS (
    SELECT d.classid, d.objid, d.refclassid, d.refobjid
    FROM pg_catalog.pg_depend d
    WHERE d.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass AND d.deptype = 'e'
), current_ones AS (
    SELECT
        'pg_catalog.pg_class'::pg_catalog.regclass AS classid, c.oid AS objid, 0 AS objsubid, c.relacl AS acl,
        pg_catalog.acldefault(CASE c.relkind WHEN 'S' THEN 's'::pg_catalog."char" ELSE 'r' END, c.relowner) AS usual
    FROM pg_catalog.pg_class c
    WHERE c.relkind IN ('r', 'v', 'm', 'S', 'f', 'p')
    UNION ALL
    SELECT 'pg_catalog.pg_class'::pg_catalog.regclass, a.attrelid, a.attnum, a.attacl, NULL
    FROM pg_catalog.pg_attribute a
    WHERE a.attacl IS NOT NULL
    UNION ALL
    SELECT 'pg_catalog.pg_proc'::pg_catalog.regclass, p.oid, 0, p.proacl, pg_catalog.acldefault('f', p.proowner)
    FROM pg_catalog.pg_proc p
    UNION ALL
    SELECT 'pg_catalog.pg_type'::pg_catalog.regclass, t.oid, 0, t.typacl, pg_catalog.acldefault('T', t.typowner)
    FROM pg_catalog.pg_type t
    UNION ALL
    SELECT 'pg_catalog.pg_namespace'::pg_catalog.regclass, n.oid, 0, n.nspacl, pg_catalog.acldefault('n', n.nspowner)
    FROM pg_catalog.pg_namespace n
    WHERE n.oid <> 2200
    UNION ALL
    SELECT 'pg_catalog.pg_language'::pg_catalog.regclass, l.oid, 0, l.lanacl, pg_catalog.acldefault('l', l.lanowner)
    FROM pg_catalog.pg_language l
    UNION ALL
    SELECT 'pg_catalog.pg_foreign_data_wrapper'::pg_catalog.regclass, w.oid, 0, w.fdwacl,
           pg_catalog.acldefault('F', w.fdwowner)
    FROM pg_catalog.pg_foreign_data_wrapper w
    UNION ALL
    SELECT 'pg_catalog.pg_foreign_server'::pg_catalog.regclass, s.oid, 0, s.srvacl,
           pg_catalog.acldefault('S', s.srvowner)
    FROM pg_catalog.pg_foreign_server s
)
SELECT
    'system privileges' AS kind,
    i.type || ' ' || i.identity AS identity,
    NULL AS parent,
    (SELECT pg_catalog.concat_ws(' ', d.refclassid, d.refobjid) FROM members d
     WHERE d.classid = o.classid AND d.objid = o.objid) AS address,
    COALESCE(o.acl, o.usual) AS privileges,
    COALESCE(p.initprivs, o.usual, '{}'::pg_catalog._aclitem) AS "initial privileges"
FROM current_ones o
LEFT JOIN pg_catalog.pg_init_privs p ON p.classoid = o.classid AND p.objoid = o.objid AND p.objsubid = o.objsubid
CROSS JOIN LATERAL pg_catalog.pg_identify_object(o.classid, o.objid, o.objsubid) i
WHERE (o.objid < 16384 OR (o.classid, o.objid) IN (SELECT m.classid, m.objid FROM members m))
  AND 'information_schema' NOT IN (COALESCE(i.schema, ''), i.identity)
  AND (o.acl IS NOT NULL OR p.initprivs IS NOT NULL)
  AND NOT (COALESCE(o.acl, o.usual) @> COALESCE(p.initprivs, o.usual, '{}'::pg_catalog._aclitem)
           AND COALESCE(o.acl, o.usual) <@ COALESCE(p.initprivs, o.usual, '{}'::pg_catalog._aclitem));
