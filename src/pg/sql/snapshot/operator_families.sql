-- Operator families with all operators and functions in them; of a family of the system's or an extension's, what
-- the user added. $1: our schema, left out.
WITH added AS (
    SELECT
        m.amopfamily AS family,
        pg_catalog.concat('operator ', m.amopstrategy, ' ', m.amopopr::pg_catalog.regoperator,
                          ' (', pg_catalog.format_type(m.amoplefttype, NULL), ', ',
                          pg_catalog.format_type(m.amoprighttype, NULL), ')',
                          CASE m.amoppurpose WHEN 'o' THEN pg_catalog.concat(
                              ' for order by ', (SELECT s.opfname FROM pg_catalog.pg_opfamily s WHERE s.oid = m.amopsortfamily)
                          ) END) AS line,
        m.oid >= 16384 AND NOT EXISTS (
            SELECT
            FROM pg_catalog.pg_depend d
            WHERE d.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass
              AND d.classid = 'pg_catalog.pg_amop'::pg_catalog.regclass
              AND d.objid = m.oid
        ) AS is_users
    FROM pg_catalog.pg_amop m
    WHERE m.oid >= 16384
    UNION ALL
    SELECT
        m.amprocfamily,
        pg_catalog.concat('function ', m.amprocnum, ' ', m.amproc::pg_catalog.oid::pg_catalog.regprocedure,
                          ' (', pg_catalog.format_type(m.amproclefttype, NULL), ', ',
                          pg_catalog.format_type(m.amprocrighttype, NULL), ')'),
        true
    FROM pg_catalog.pg_amproc m
    WHERE m.oid >= 16384
)
SELECT
    'operator family' AS kind,
    pg_catalog.concat(pg_catalog.quote_ident(n.nspname), '.', pg_catalog.quote_ident(f.opfname), ' USING ', a.amname)
        AS identity,
    NULL AS parent,
    pg_catalog.concat_ws(' ', f.tableoid, f.oid) AS address,
    pg_catalog.pg_get_userbyid(f.opfowner) AS owner,
    (
        SELECT pg_catalog.string_agg(m.line, E'\n' ORDER BY m.line COLLATE pg_catalog."C")
        FROM added m
        WHERE m.family = f.oid
    ) AS members
FROM pg_catalog.pg_opfamily f
JOIN pg_catalog.pg_namespace n ON n.oid = f.opfnamespace
JOIN pg_catalog.pg_am a ON a.oid = f.opfmethod
WHERE (f.oid >= 16384 OR f.oid IN (SELECT m.family FROM added m WHERE m.is_users))
  AND n.nspname <> $1::pg_catalog.text
  AND f.oid NOT IN (
      SELECT d.objid
      FROM pg_catalog.pg_depend d
      WHERE d.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass
        AND d.classid = 'pg_catalog.pg_opfamily'::pg_catalog.regclass
        AND d.deptype = 'e'
  );
