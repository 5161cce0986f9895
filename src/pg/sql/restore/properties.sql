-- What belongs to a database and to no object in it, as SQL for a database of another name: settings, privileges,
-- security labels, connection limit, owner, in the order in which they are to be made. The owner comes last but
-- one: what is made before it is made by us.
-- $1 the database, $2 the other name.
WITH source AS (
    SELECT d.*, pg_catalog.format('%I', $2::pg_catalog.text) AS target
    FROM pg_catalog.pg_database d
    WHERE d.datname OPERATOR(pg_catalog.=) $1::pg_catalog.text
), settings AS (
    SELECT
        s.target,
        r.setrole,
        pg_catalog.split_part(c.setting, '=', 1) AS name,
        pg_catalog.substr(c.setting, pg_catalog.strpos(c.setting, '=') OPERATOR(pg_catalog.+) 1) AS value
    FROM source s
    JOIN pg_catalog.pg_db_role_setting r ON r.setdatabase OPERATOR(pg_catalog.=) s.oid
    CROSS JOIN LATERAL pg_catalog.unnest(r.setconfig) AS c(setting)
), written AS (
    -- These hold lists of names, which are quoted one by one; a list in one literal would be one name.
    SELECT
        target, setrole, name,
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
    FROM settings
), privileges AS (
    SELECT
        s.target,
        a.grantee,
        pg_catalog.string_agg(a.privilege_type, ', ' ORDER BY a.privilege_type) AS words,
        a.is_grantable
    FROM source s
    CROSS JOIN LATERAL pg_catalog.aclexplode(s.datacl) AS a
    GROUP BY s.target, a.grantee, a.is_grantable
)
SELECT statement
FROM (
    SELECT 1 AS place, pg_catalog.format('ALTER DATABASE %s SET %I TO %s', target, name, literal) AS statement
    FROM written
    WHERE setrole OPERATOR(pg_catalog.=) 0::pg_catalog.oid
    UNION ALL
    SELECT 2, pg_catalog.format(
        'ALTER ROLE %I IN DATABASE %s SET %I TO %s', pg_catalog.pg_get_userbyid(setrole), target, name, literal)
    FROM written
    WHERE setrole OPERATOR(pg_catalog.<>) 0::pg_catalog.oid
    UNION ALL
    SELECT 3, pg_catalog.format('SECURITY LABEL FOR %I ON DATABASE %s IS %L', l.provider, s.target, l.label)
    FROM source s
    JOIN pg_catalog.pg_shseclabel l ON l.objoid OPERATOR(pg_catalog.=) s.oid
                                   AND l.classoid OPERATOR(pg_catalog.=) 'pg_catalog.pg_database'::pg_catalog.regclass
    UNION ALL
    SELECT 4, pg_catalog.format('ALTER DATABASE %s CONNECTION LIMIT %s', target, datconnlimit)
    FROM source
    WHERE datconnlimit OPERATOR(pg_catalog.>=) 0
    UNION ALL
    SELECT 4, pg_catalog.format('ALTER DATABASE %s IS_TEMPLATE true', target)
    FROM source
    WHERE datistemplate
    UNION ALL
    SELECT 5, pg_catalog.format('ALTER DATABASE %s OWNER TO %I', target, pg_catalog.pg_get_userbyid(datdba))
    FROM source
    UNION ALL
    SELECT 6, pg_catalog.format('REVOKE ALL ON DATABASE %s FROM PUBLIC', target)
    FROM source
    WHERE datacl IS NOT NULL
    UNION ALL
    SELECT 7, pg_catalog.format(
        'GRANT %s ON DATABASE %s TO %s%s', words, target,
        CASE WHEN grantee OPERATOR(pg_catalog.=) 0::pg_catalog.oid THEN 'PUBLIC'
             ELSE pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(grantee)) END,
        CASE WHEN is_grantable THEN ' WITH GRANT OPTION' ELSE '' END)
    FROM privileges
) AS statements
ORDER BY place, statement;
