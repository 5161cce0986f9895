-- Statements that make the server's roles, without passwords, in an order in which they can be run.
WITH role AS (
    SELECT r.*, pg_catalog.format('%I', r.rolname) AS name
    FROM pg_catalog.pg_roles r
    WHERE r.rolname OPERATOR(pg_catalog.!~) '^pg_'
), setting AS (
    SELECT
        r.rolname,
        r.name AS role,
        pg_catalog.split_part(c.setting, '=', 1) AS name,
        pg_catalog.substr(c.setting, pg_catalog.strpos(c.setting, '=') OPERATOR(pg_catalog.+) 1) AS value
    FROM role r
    JOIN pg_catalog.pg_db_role_setting s
        ON s.setrole OPERATOR(pg_catalog.=) r.oid AND s.setdatabase OPERATOR(pg_catalog.=) 0::pg_catalog.oid
    CROSS JOIN LATERAL pg_catalog.unnest(s.setconfig) AS c(setting)
), written AS (
    -- as restore/properties.sql writes them
    SELECT
        rolname, role, name,
        CASE
            WHEN pg_catalog.lower(name) OPERATOR(pg_catalog.=) ANY (ARRAY[
                'search_path', 'temp_tablespaces', 'session_preload_libraries', 'local_preload_libraries',
                'shared_preload_libraries', 'unix_socket_directories'])
                THEN COALESCE((
                    SELECT pg_catalog.string_agg(
                        pg_catalog.quote_literal(COALESCE(pg_catalog.replace(part[1], '""', '"'), part[2])), ', ' ORDER BY n)
                    FROM pg_catalog.regexp_matches(value, '"((?:[^"]|"")*)"|([^,[:space:]]+)', 'g')
                        WITH ORDINALITY AS p(part, n)
                ), '''''')
            ELSE pg_catalog.quote_literal(value)
        END AS literal
    FROM setting
), statement (part, name, text) AS (
    SELECT 1, r.rolname, pg_catalog.concat(
        'CREATE ROLE ', r.name, ' WITH',
        CASE WHEN r.rolsuper THEN ' SUPERUSER' ELSE ' NOSUPERUSER' END,
        CASE WHEN r.rolinherit THEN ' INHERIT' ELSE ' NOINHERIT' END,
        CASE WHEN r.rolcreaterole THEN ' CREATEROLE' ELSE ' NOCREATEROLE' END,
        CASE WHEN r.rolcreatedb THEN ' CREATEDB' ELSE ' NOCREATEDB' END,
        CASE WHEN r.rolcanlogin THEN ' LOGIN' ELSE ' NOLOGIN' END,
        CASE WHEN r.rolreplication THEN ' REPLICATION' ELSE ' NOREPLICATION' END,
        CASE WHEN r.rolbypassrls THEN ' BYPASSRLS' ELSE ' NOBYPASSRLS' END,
        CASE WHEN r.rolconnlimit OPERATOR(pg_catalog.>=) 0
            THEN pg_catalog.format(' CONNECTION LIMIT %s', r.rolconnlimit) END,
        CASE WHEN r.rolvaliduntil IS NOT NULL
            THEN pg_catalog.format(' VALID UNTIL %L', r.rolvaliduntil) END)
    FROM role r
    UNION ALL
    SELECT 2, rolname, pg_catalog.format('ALTER ROLE %s SET %I TO %s', role, name, literal)
    FROM written
    UNION ALL
    SELECT 3, r.rolname, pg_catalog.format('COMMENT ON ROLE %s IS %L', r.name, d.description)
    FROM role r
    JOIN pg_catalog.pg_shdescription d
        ON d.objoid OPERATOR(pg_catalog.=) r.oid
        AND d.classoid OPERATOR(pg_catalog.=) 'pg_catalog.pg_authid'::pg_catalog.regclass
    UNION ALL
    -- INHERIT and SET of a membership are there since 16
    SELECT DISTINCT 4, g.rolname, pg_catalog.concat(
        pg_catalog.format('GRANT %I TO %s', g.rolname, r.name),
        CASE WHEN pg_catalog.to_jsonb(m) OPERATOR(pg_catalog.->>) 'inherit_option' IS NOT NULL
            THEN pg_catalog.format(
                ' WITH ADMIN %s, INHERIT %s, SET %s', m.admin_option,
                pg_catalog.to_jsonb(m) OPERATOR(pg_catalog.->>) 'inherit_option',
                pg_catalog.to_jsonb(m) OPERATOR(pg_catalog.->>) 'set_option')
            WHEN m.admin_option THEN ' WITH ADMIN OPTION'
        END)
    FROM role r
    JOIN pg_catalog.pg_auth_members m ON m.member OPERATOR(pg_catalog.=) r.oid
    JOIN pg_catalog.pg_roles g ON g.oid OPERATOR(pg_catalog.=) m.roleid
)
SELECT s.text FROM statement s ORDER BY s.part, s.name, s.text;
