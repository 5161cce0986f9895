-- What threatens all tables at once: collations whose library sorts otherwise now than when indexes were built, and
-- transaction numbers that run out. Collations without a version (C, and those of libraries that tell none) have none to compare.
SELECT
    'server.collations' AS kind,
    'fail' AS verdict,
    pg_catalog.format('%I.%I', n.nspname, c.collname) AS object,
    pg_catalog.format('built with version %s, the library is %s now', c.collversion, pg_catalog.pg_collation_actual_version(c.oid)) AS value,
    pg_catalog.format('REINDEX what uses it, then ALTER COLLATION %I.%I REFRESH VERSION;', n.nspname, c.collname) AS fix
FROM pg_catalog.pg_collation c
JOIN pg_catalog.pg_namespace n ON n.oid = c.collnamespace
WHERE c.collversion <> pg_catalog.pg_collation_actual_version(c.oid)
  AND (n.nspname <> 'pg_catalog' OR EXISTS (
      SELECT
      FROM pg_catalog.pg_attribute a
      WHERE a.attcollation = c.oid AND a.attrelid >= 16384
  ))
UNION ALL
SELECT
    'server.collations', 'fail', pg_catalog.format('database %I', d.datname),
    pg_catalog.format('built with version %s, the library is %s now', v.stored, v.actual),
    pg_catalog.format('REINDEX DATABASE CONCURRENTLY %I; then ALTER DATABASE %1$I REFRESH COLLATION VERSION;', d.datname)
FROM pg_catalog.pg_database d
CROSS JOIN LATERAL (
    SELECT
        pg_catalog.to_jsonb(d) ->> 'datcollversion' AS stored, -- since 15
        (SELECT pg_catalog.pg_collation_actual_version(c.oid)
         FROM pg_catalog.pg_collation c
         WHERE c.collname = 'default' AND c.collnamespace = 'pg_catalog'::pg_catalog.regnamespace
           AND pg_catalog.current_setting('server_version_num')::pg_catalog.int4 >= 150000) AS actual
) AS v
WHERE d.datname = pg_catalog.current_database() AND v.stored <> v.actual
UNION ALL
SELECT
    'server.xid_age', CASE WHEN a.age > 1500000000 THEN 'fail' ELSE 'warn' END, pg_catalog.format('database %I', d.datname),
    pg_catalog.format('its oldest %s is %s old, of 2.1 billion', a.what, a.age),
    'end old transactions, prepared ones and replication slots, then as superuser: VACUUM FREEZE of the oldest tables'
FROM pg_catalog.pg_database d
CROSS JOIN LATERAL (
    VALUES ('transaction', pg_catalog.age(d.datfrozenxid)::pg_catalog.int8), ('multixact', pg_catalog.mxid_age(d.datminmxid)::pg_catalog.int8)
) AS a(what, age)
WHERE d.datname = pg_catalog.current_database()
  AND a.age > 2 * pg_catalog.current_setting(CASE a.what WHEN 'transaction' THEN 'autovacuum_freeze_max_age'
                                             ELSE 'autovacuum_multixact_freeze_max_age' END)::pg_catalog.int8
ORDER BY kind, object;
