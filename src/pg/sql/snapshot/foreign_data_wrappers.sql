-- Foreign-data wrappers that no extension brought, their options as SQL has them.
SELECT
    'foreign-data wrapper' AS kind,
    pg_catalog.quote_ident(w.fdwname) AS identity,
    NULL AS parent,
    pg_catalog.concat_ws(' ', w.tableoid, w.oid) AS address,
    pg_catalog.pg_get_userbyid(w.fdwowner) AS owner,
    NULLIF(w.fdwhandler, 0)::pg_catalog.regprocedure AS handler,
    NULLIF(w.fdwvalidator, 0)::pg_catalog.regprocedure AS validator,
    (
        SELECT pg_catalog.string_agg(o.text, ', ' ORDER BY o.text COLLATE pg_catalog."C")
        FROM (
            SELECT pg_catalog.concat(pg_catalog.quote_ident(x.option_name), ' ',
                                     pg_catalog.quote_literal(x.option_value)) AS text
            FROM pg_catalog.pg_options_to_table(w.fdwoptions) x
        ) o
    ) AS options,
    COALESCE(w.fdwacl, pg_catalog.acldefault('F', w.fdwowner)) AS privileges
FROM pg_catalog.pg_foreign_data_wrapper w
WHERE w.oid >= 16384
  AND w.oid NOT IN (
      SELECT d.objid
      FROM pg_catalog.pg_depend d
      WHERE d.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass
        AND d.classid = 'pg_catalog.pg_foreign_data_wrapper'::pg_catalog.regclass
        AND d.deptype = 'e'
  );
