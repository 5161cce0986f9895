-- Who is connected to the database $1, but the backend $2 and what ends by itself when somebody else wants it.
SELECT
    pg_catalog.count(*) AS sessions,
    pg_catalog.string_agg(
        pg_catalog.concat_ws(
            ' ', 'pid', a.pid, a.usename, NULLIF(a.application_name, ''), pg_catalog.host(a.client_addr), a.state
        ), '; ' ORDER BY a.pid
    ) AS list
FROM pg_catalog.pg_stat_activity a
WHERE a.datname OPERATOR(pg_catalog.=) $1::pg_catalog.name
  AND a.pid OPERATOR(pg_catalog.<>) $2::pg_catalog.int4
  AND a.backend_type OPERATOR(pg_catalog.!~) '^autovacuum';
