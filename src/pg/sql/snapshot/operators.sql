-- Operators; one that was only named as another's commutator or negator is none yet. $1: our schema, left out.
SELECT
    'operator' AS kind,
    pg_catalog.concat(pg_catalog.quote_ident(n.nspname), '.', o.oprname, '(',
                      CASE o.oprleft WHEN 0 THEN 'NONE' ELSE pg_catalog.format_type(o.oprleft, NULL) END, ', ',
                      CASE o.oprright WHEN 0 THEN 'NONE' ELSE pg_catalog.format_type(o.oprright, NULL) END, ')')
        AS identity,
    NULL AS parent,
    pg_catalog.concat_ws(' ', o.tableoid, o.oid) AS address,
    pg_catalog.pg_get_userbyid(o.oprowner) AS owner,
    o.oprcode::pg_catalog.oid::pg_catalog.regprocedure AS function,
    NULLIF(o.oprcom, 0)::pg_catalog.regoperator AS commutator,
    NULLIF(o.oprnegate, 0)::pg_catalog.regoperator AS negator,
    NULLIF(o.oprrest::pg_catalog.oid, 0)::pg_catalog.regprocedure AS restrict,
    NULLIF(o.oprjoin::pg_catalog.oid, 0)::pg_catalog.regprocedure AS "join",
    CASE WHEN o.oprcanhash THEN 'yes' END AS hashes,
    CASE WHEN o.oprcanmerge THEN 'yes' END AS merges
FROM pg_catalog.pg_operator o
JOIN pg_catalog.pg_namespace n ON n.oid = o.oprnamespace
WHERE o.oid >= 16384
  AND o.oprcode::pg_catalog.oid <> 0
  AND n.nspname <> $1::pg_catalog.text
  AND o.oid NOT IN (
      SELECT d.objid
      FROM pg_catalog.pg_depend d
      WHERE d.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass
        AND d.classid = 'pg_catalog.pg_operator'::pg_catalog.regclass
        AND d.deptype = 'e'
  );
