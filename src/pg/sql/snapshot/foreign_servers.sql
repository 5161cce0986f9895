-- Foreign servers, their options as SQL has them. One whose name says that it is a secret is told by its hash.
SELECT
    'foreign server' AS kind,
    pg_catalog.quote_ident(s.srvname) AS identity,
    NULL AS parent,
    pg_catalog.concat_ws(' ', s.tableoid, s.oid) AS address,
    pg_catalog.pg_get_userbyid(s.srvowner) AS owner,
    w.fdwname AS wrapper,
    s.srvtype AS type,
    s.srvversion AS version,
    (
        SELECT pg_catalog.string_agg(o.text, ', ' ORDER BY o.text COLLATE pg_catalog."C")
        FROM (
            SELECT pg_catalog.concat(pg_catalog.quote_ident(x.option_name), ' ',
                CASE WHEN x.option_name ~* 'passw|secret|token|key' THEN
                    'sha256:' || pg_catalog.encode(
                        pg_catalog.sha256(pg_catalog.convert_to(x.option_value, 'UTF8')), 'hex')
                ELSE pg_catalog.quote_literal(x.option_value) END) AS text
            FROM pg_catalog.pg_options_to_table(s.srvoptions) x
        ) o
    ) AS options,
    COALESCE(s.srvacl, pg_catalog.acldefault('S', s.srvowner)) AS privileges
FROM pg_catalog.pg_foreign_server s
JOIN pg_catalog.pg_foreign_data_wrapper w ON w.oid = s.srvfdw
WHERE s.oid >= 16384
  AND s.oid NOT IN (
      SELECT d.objid
      FROM pg_catalog.pg_depend d
      WHERE d.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass
        AND d.classid = 'pg_catalog.pg_foreign_server'::pg_catalog.regclass
        AND d.deptype = 'e'
  );
