-- Connections to this database of applications or roles that have to go, the longest first; ours are left out.
-- $1 application names, $2 role names: JSON lists of LIKE patterns.
SELECT
    a.pid,
    a.application_name,
    a.usename,
    pg_catalog.host(a.client_addr) AS address,
    a.state,
    pg_catalog.floor(
        EXTRACT(epoch FROM (pg_catalog.clock_timestamp() OPERATOR(pg_catalog.-) a.state_change)))::pg_catalog.int8 AS since_s
FROM pg_catalog.pg_stat_activity a
WHERE a.datname OPERATOR(pg_catalog.=) pg_catalog.current_database()
    AND a.pid OPERATOR(pg_catalog.<>) pg_catalog.pg_backend_pid()
    AND COALESCE(a.backend_type, 'client backend') OPERATOR(pg_catalog.=) 'client backend'
    AND a.application_name OPERATOR(pg_catalog.!~~) 'migrate-safe%'
    AND (
        EXISTS (
            SELECT FROM pg_catalog.json_array_elements_text($1::pg_catalog.json) AS wanted (pattern)
            WHERE a.application_name OPERATOR(pg_catalog.~~) wanted.pattern)
        OR EXISTS (
            SELECT FROM pg_catalog.json_array_elements_text($2::pg_catalog.json) AS wanted (pattern)
            WHERE a.usename::pg_catalog.text OPERATOR(pg_catalog.~~) wanted.pattern))
ORDER BY a.backend_start, a.pid;
