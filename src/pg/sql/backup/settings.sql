-- Statements that give a database what its dump does not say: owner, limits, settings, privileges, comment. Its name is
-- always in quotes there, so that it can be replaced.
WITH here AS (
    SELECT
        d.*,
        pg_catalog.concat('DATABASE "', pg_catalog.replace(d.datname, '"', '""'), '"') AS name,
        pg_catalog.format('%I', pg_catalog.pg_get_userbyid(d.datdba)) AS owner
    FROM pg_catalog.pg_database d
    WHERE d.datname OPERATOR(pg_catalog.=) pg_catalog.current_database()
), setting AS (
    SELECT
        CASE WHEN s.setrole OPERATOR(pg_catalog.=) 0::pg_catalog.oid THEN h.name
            ELSE pg_catalog.format('ROLE %I IN %s', pg_catalog.pg_get_userbyid(s.setrole), h.name)
        END AS target,
        c.place,
        pg_catalog.split_part(c.setting, '=', 1) AS name,
        pg_catalog.substr(c.setting, pg_catalog.strpos(c.setting, '=') OPERATOR(pg_catalog.+) 1) AS value
    FROM here h
    JOIN pg_catalog.pg_db_role_setting s ON s.setdatabase OPERATOR(pg_catalog.=) h.oid
    CROSS JOIN LATERAL pg_catalog.unnest(s.setconfig) WITH ORDINALITY AS c(setting, place)
), written AS (
    -- as restore/properties.sql writes them
    SELECT
        target, place, name,
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
), statement (part, number, text) AS (
    SELECT 1, 1::pg_catalog.int8, pg_catalog.concat('ALTER ', h.name, ' OWNER TO ', h.owner)
    FROM here h
    UNION ALL
    SELECT 2, 1, pg_catalog.concat('ALTER ', h.name, ' WITH CONNECTION LIMIT ', h.datconnlimit)
    FROM here h
    WHERE h.datconnlimit OPERATOR(pg_catalog.>=) 0
    UNION ALL
    SELECT 3, place, pg_catalog.format('ALTER %s SET %I TO %s', target, name, literal)
    FROM written
    UNION ALL
    -- NULL: the privileges that every database has by default
    SELECT 4, side.number, pg_catalog.concat('REVOKE ALL ON ', h.name, ' FROM ', side.name)
    FROM here h
    CROSS JOIN LATERAL (VALUES (1, 'PUBLIC'), (2, h.owner)) AS side(number, name)
    WHERE h.datacl IS NOT NULL
    UNION ALL
    SELECT 5, a.place, pg_catalog.concat(
        'GRANT ', a.privilege_type, ' ON ', h.name, ' TO ',
        CASE WHEN a.grantee OPERATOR(pg_catalog.=) 0::pg_catalog.oid THEN 'PUBLIC'
            ELSE pg_catalog.format('%I', pg_catalog.pg_get_userbyid(a.grantee)) END,
        CASE WHEN a.is_grantable THEN ' WITH GRANT OPTION' END)
    FROM here h
    CROSS JOIN LATERAL pg_catalog.aclexplode(h.datacl)
        WITH ORDINALITY AS a(grantor, grantee, privilege_type, is_grantable, place)
    UNION ALL
    SELECT 6, 1, pg_catalog.format('COMMENT ON %s IS %L', h.name, c.description)
    FROM here h
    JOIN pg_catalog.pg_shdescription c
        ON c.objoid OPERATOR(pg_catalog.=) h.oid
        AND c.classoid OPERATOR(pg_catalog.=) 'pg_catalog.pg_database'::pg_catalog.regclass
)
SELECT s.text FROM statement s ORDER BY s.part, s.number, s.text;
