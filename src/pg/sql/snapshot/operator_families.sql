-- Operator families with the operators and functions in them that belong to none of the user's classes, as ALTER
-- OPERATOR FAMILY ... ADD has them; of a family of the system's, which is said without its owner, what the user added.
-- $1: our schema, left out.
WITH added AS (
    SELECT
        m.amopfamily AS family,
        pg_catalog.concat('OPERATOR ', m.amopstrategy, ' ', m.amopopr::pg_catalog.regoperator,
                          CASE m.amoppurpose WHEN 'o' THEN (
                              SELECT pg_catalog.concat(' FOR ORDER BY ', pg_catalog.quote_ident(sn.nspname), '.',
                                                       pg_catalog.quote_ident(s.opfname))
                              FROM pg_catalog.pg_opfamily s
                              JOIN pg_catalog.pg_namespace sn ON sn.oid = s.opfnamespace
                              WHERE s.oid = m.amopsortfamily
                          ) END) AS line
    FROM pg_catalog.pg_amop m
    WHERE m.oid >= 16384
      AND NOT EXISTS (
          SELECT
          FROM pg_catalog.pg_depend d
          WHERE d.classid = 'pg_catalog.pg_amop'::pg_catalog.regclass
            AND d.objid = m.oid
            AND (d.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass
                 OR d.refclassid = 'pg_catalog.pg_opclass'::pg_catalog.regclass AND d.refobjid >= 16384)
      )
    UNION ALL
    SELECT
        m.amprocfamily,
        pg_catalog.concat('FUNCTION ', m.amprocnum, ' (', pg_catalog.format_type(m.amproclefttype, NULL), ', ',
                          pg_catalog.format_type(m.amprocrighttype, NULL), ') ',
                          m.amproc::pg_catalog.oid::pg_catalog.regprocedure)
    FROM pg_catalog.pg_amproc m
    WHERE m.oid >= 16384
      AND NOT EXISTS (
          SELECT
          FROM pg_catalog.pg_depend d
          WHERE d.classid = 'pg_catalog.pg_amproc'::pg_catalog.regclass
            AND d.objid = m.oid
            AND (d.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass
                 OR d.refclassid = 'pg_catalog.pg_opclass'::pg_catalog.regclass AND d.refobjid >= 16384)
      )
)
SELECT
    'operator family' AS kind,
    pg_catalog.concat(pg_catalog.quote_ident(n.nspname), '.', pg_catalog.quote_ident(f.opfname), ' USING ',
                      pg_catalog.quote_ident(a.amname)) AS identity,
    NULL AS parent,
    pg_catalog.concat_ws(' ', f.tableoid, f.oid) AS address,
    CASE WHEN f.oid >= 16384 THEN pg_catalog.pg_get_userbyid(f.opfowner) END AS owner,
    (
        SELECT pg_catalog.string_agg(m.line, E'\n' ORDER BY m.line COLLATE pg_catalog."C")
        FROM added m
        WHERE m.family = f.oid
    ) AS members
FROM pg_catalog.pg_opfamily f
JOIN pg_catalog.pg_namespace n ON n.oid = f.opfnamespace
JOIN pg_catalog.pg_am a ON a.oid = f.opfmethod
WHERE (f.oid >= 16384 OR f.oid IN (SELECT m.family FROM added m))
  AND n.nspname <> $1::pg_catalog.text
  AND f.oid NOT IN (
      SELECT d.objid
      FROM pg_catalog.pg_depend d
      WHERE d.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass
        AND d.classid = 'pg_catalog.pg_opfamily'::pg_catalog.regclass
        AND d.deptype = 'e'
  );
