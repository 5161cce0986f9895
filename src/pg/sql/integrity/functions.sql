-- The user's functions, each with a statement that shows whether its body fits what is there. plpgsql: by plpgsql_check where that
-- is installed. SQL: the planner reads the body of one that it may put in place of the call; others are not looked into. Nothing is
-- called. $1: the schema that is ours.
SELECT
    'code.functions' AS kind,
    0 AS relation,
    0 AS other,
    p.oid::pg_catalog.regprocedure::pg_catalog.text AS object,
    NULL AS condition,
    NULL AS screen,
    CASE
        WHEN l.lanname = 'plpgsql' AND x.nspname IS NOT NULL THEN pg_catalog.format(
            'SELECT pg_catalog.count(*), pg_catalog.jsonb_agg(e) FROM %I.plpgsql_check_function(%s::pg_catalog.oid%s, fatal_errors => false, other_warnings => false, extra_warnings => false, performance_warnings => false) AS e',
            x.nspname, p.oid, CASE WHEN p.prorettype = 'pg_catalog.trigger'::pg_catalog.regtype THEN ', ' || g.tgrelid END)
        WHEN l.lanname = 'sql' THEN (
            SELECT pg_catalog.format(
                'EXPLAIN SELECT %I.%I(%s) FROM (SELECT %s OFFSET 0) AS a', n.nspname, p.proname,
                pg_catalog.string_agg(
                    CASE WHEN p.provariadic <> 0 AND e.place = p.pronargs THEN 'VARIADIC ' ELSE '' END || 'a.a' || e.place, ', ' ORDER BY e.place),
                pg_catalog.string_agg(
                    pg_catalog.format('NULL::%s AS a%s', pg_catalog.format_type(e.type, NULL), e.place), ', ' ORDER BY e.place))
            FROM pg_catalog.unnest(p.proargtypes::pg_catalog.oid[]) WITH ORDINALITY AS e(type, place)
        )
    END AS statement,
    NULL AS sampled,
    NULL AS shown,
    CASE
        WHEN l.lanname = 'plpgsql' AND x.nspname IS NULL THEN 'plpgsql_check is not installed: CREATE EXTENSION plpgsql_check;'
        WHEN l.lanname = 'plpgsql' AND p.prorettype = 'pg_catalog.trigger'::pg_catalog.regtype AND g.tgrelid IS NULL THEN 'no table has it as its trigger'
    END AS reason,
    true AS is_promised,
    NULL AS repairs,
    pg_catalog.format('CREATE OR REPLACE it with what is there now: psql, then \ef %s', p.oid::pg_catalog.regprocedure) AS fix
FROM pg_catalog.pg_proc p
JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
JOIN pg_catalog.pg_language l ON l.oid = p.prolang
LEFT JOIN (
    SELECT en.nspname
    FROM pg_catalog.pg_extension e
    JOIN pg_catalog.pg_namespace en ON en.oid = e.extnamespace
    WHERE e.extname = 'plpgsql_check'
) AS x ON true
LEFT JOIN (
    SELECT t.tgfoid, pg_catalog.min(t.tgrelid::pg_catalog.text) AS tgrelid
    FROM pg_catalog.pg_trigger t
    WHERE NOT t.tgisinternal
    GROUP BY t.tgfoid
) AS g ON g.tgfoid = p.oid
WHERE n.nspname <> 'information_schema'
  AND n.nspname !~ '^pg_'
  AND n.nspname <> $1
  AND p.prokind = ANY ('{f,p}'::pg_catalog."char"[])
  AND NOT EXISTS (
      SELECT
      FROM pg_catalog.pg_depend d
      WHERE d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass AND d.objid = p.oid AND d.deptype = 'e'
  )
  AND CASE l.lanname
      WHEN 'plpgsql' THEN p.prorettype <> 'pg_catalog.event_trigger'::pg_catalog.regtype
      WHEN 'sql' THEN -- as the planner decides it (inline_function)
          p.prokind = 'f' AND NOT p.prosecdef AND NOT p.proretset AND p.proconfig IS NULL
          AND p.prorettype <> ALL ('{pg_catalog.record,pg_catalog.void}'::pg_catalog.regtype[])
          AND NOT EXISTS (
              SELECT
              FROM pg_catalog.unnest(p.proargtypes::pg_catalog.oid[] || p.prorettype) AS a(type)
              JOIN pg_catalog.pg_type t ON t.oid = a.type AND t.typtype = 'p'
          )
  END
ORDER BY p.oid::pg_catalog.regprocedure::pg_catalog.text COLLATE pg_catalog."C";
