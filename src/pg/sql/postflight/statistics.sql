-- Tables with rows that nobody has looked at since they were made, or that have changed by more than a fifth since.
-- A table of partitions has none of its own. $1: our schema, left out.
SELECT
    pg_catalog.format('%I.%I', n.nspname, c.relname) AS name,
    pg_catalog.pg_stat_get_live_tuples(c.oid) AS rows,
    pg_catalog.pg_stat_get_mod_since_analyze(c.oid) AS changed,
    pg_catalog.pg_stat_get_last_analyze_time(c.oid) IS NULL
        AND pg_catalog.pg_stat_get_last_autoanalyze_time(c.oid) IS NULL AS is_never
FROM pg_catalog.pg_class c
JOIN pg_catalog.pg_namespace n ON n.oid OPERATOR(pg_catalog.=) c.relnamespace
WHERE c.relkind OPERATOR(pg_catalog.=) ANY (ARRAY['r', 'm']::pg_catalog."char"[])
  AND c.relpersistence OPERATOR(pg_catalog.<>) 't'
  AND n.nspname OPERATOR(pg_catalog.<>) ALL (ARRAY['pg_catalog', 'information_schema', $1::pg_catalog.text])
  AND pg_catalog.pg_stat_get_live_tuples(c.oid) OPERATOR(pg_catalog.>) 0
  AND (pg_catalog.pg_stat_get_last_analyze_time(c.oid) IS NULL
       AND pg_catalog.pg_stat_get_last_autoanalyze_time(c.oid) IS NULL
       OR pg_catalog.pg_stat_get_mod_since_analyze(c.oid) OPERATOR(pg_catalog.>) 1000
          AND pg_catalog.pg_stat_get_mod_since_analyze(c.oid) OPERATOR(pg_catalog.*) 5
              OPERATOR(pg_catalog.>) pg_catalog.pg_stat_get_live_tuples(c.oid))
ORDER BY 2 DESC, 1
LIMIT 200;
