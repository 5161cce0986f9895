-- Aggregates. $1: our schema, left out.
SELECT
    'aggregate' AS kind,
    pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(p.proname) || '('
        || pg_catalog.oidvectortypes(p.proargtypes) || ')' AS identity,
    NULL AS parent,
    pg_catalog.concat_ws(' ', p.tableoid, p.oid) AS address,
    pg_catalog.pg_get_userbyid(p.proowner) AS owner,
    pg_catalog.pg_get_function_arguments(p.oid) AS arguments,
    a.aggkind AS ordering,
    a.aggnumdirectargs AS "direct arguments",
    a.aggtransfn::pg_catalog.oid::pg_catalog.regprocedure AS sfunc,
    pg_catalog.format_type(a.aggtranstype, NULL) AS stype,
    a.aggtransspace AS sspace,
    NULLIF(a.aggfinalfn::pg_catalog.oid, 0)::pg_catalog.regprocedure AS finalfunc,
    a.aggfinalextra AS finalfunc_extra,
    a.aggfinalmodify AS finalfunc_modify,
    NULLIF(a.aggcombinefn::pg_catalog.oid, 0)::pg_catalog.regprocedure AS combinefunc,
    NULLIF(a.aggserialfn::pg_catalog.oid, 0)::pg_catalog.regprocedure AS serialfunc,
    NULLIF(a.aggdeserialfn::pg_catalog.oid, 0)::pg_catalog.regprocedure AS deserialfunc,
    a.agginitval AS initcond,
    NULLIF(a.aggmtransfn::pg_catalog.oid, 0)::pg_catalog.regprocedure AS msfunc,
    NULLIF(a.aggminvtransfn::pg_catalog.oid, 0)::pg_catalog.regprocedure AS minvfunc,
    CASE WHEN a.aggmtranstype <> 0 THEN pg_catalog.format_type(a.aggmtranstype, NULL) END AS mstype,
    a.aggmtransspace AS msspace,
    NULLIF(a.aggmfinalfn::pg_catalog.oid, 0)::pg_catalog.regprocedure AS mfinalfunc,
    a.aggmfinalextra AS mfinalfunc_extra,
    a.aggmfinalmodify AS mfinalfunc_modify,
    a.aggminitval AS minitcond,
    NULLIF(a.aggsortop, 0)::pg_catalog.regoperator AS sortop,
    p.proparallel AS parallel,
    COALESCE(p.proacl, pg_catalog.acldefault('f', p.proowner)) AS privileges
FROM pg_catalog.pg_aggregate a
JOIN pg_catalog.pg_proc p ON p.oid = a.aggfnoid::pg_catalog.oid
JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
WHERE p.oid >= 16384
  AND n.nspname !~ '^pg_(toast|temp)'
  AND n.nspname <> $1::pg_catalog.text
  AND p.oid NOT IN (
      SELECT d.objid
      FROM pg_catalog.pg_depend d
      WHERE d.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass
        AND d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass
        AND d.deptype = 'e'
  );
