-- Operator classes with the operators and functions that belong to them, as CREATE OPERATOR CLASS has them; the
-- others stand with their families. $1: our schema, left out.
WITH members AS (
    SELECT
        d.refobjid AS class,
        pg_catalog.concat('OPERATOR ', m.amopstrategy, ' ', m.amopopr::pg_catalog.regoperator,
                          CASE m.amoppurpose WHEN 'o' THEN (
                              SELECT pg_catalog.concat(' FOR ORDER BY ', pg_catalog.quote_ident(sn.nspname), '.',
                                                       pg_catalog.quote_ident(s.opfname))
                              FROM pg_catalog.pg_opfamily s
                              JOIN pg_catalog.pg_namespace sn ON sn.oid = s.opfnamespace
                              WHERE s.oid = m.amopsortfamily
                          ) END) AS line
    FROM pg_catalog.pg_amop m
    JOIN pg_catalog.pg_depend d
        ON d.classid = 'pg_catalog.pg_amop'::pg_catalog.regclass AND d.objid = m.oid
        AND d.refclassid = 'pg_catalog.pg_opclass'::pg_catalog.regclass
    WHERE m.oid >= 16384
    UNION ALL
    SELECT
        d.refobjid,
        pg_catalog.concat('FUNCTION ', m.amprocnum, ' (', pg_catalog.format_type(m.amproclefttype, NULL), ', ',
                          pg_catalog.format_type(m.amprocrighttype, NULL), ') ',
                          m.amproc::pg_catalog.oid::pg_catalog.regprocedure)
    FROM pg_catalog.pg_amproc m
    JOIN pg_catalog.pg_depend d
        ON d.classid = 'pg_catalog.pg_amproc'::pg_catalog.regclass AND d.objid = m.oid
        AND d.refclassid = 'pg_catalog.pg_opclass'::pg_catalog.regclass
    WHERE m.oid >= 16384
)
SELECT
    'operator class' AS kind,
    pg_catalog.concat(pg_catalog.quote_ident(n.nspname), '.', pg_catalog.quote_ident(k.opcname), ' USING ',
                      pg_catalog.quote_ident(a.amname)) AS identity,
    NULL AS parent,
    pg_catalog.concat_ws(' ', k.tableoid, k.oid) AS address,
    pg_catalog.pg_get_userbyid(k.opcowner) AS owner,
    pg_catalog.format_type(k.opcintype, NULL) AS type,
    CASE WHEN k.opcdefault THEN 'yes' END AS "default",
    CASE WHEN k.opckeytype <> 0 THEN pg_catalog.format_type(k.opckeytype, NULL) END AS storage,
    pg_catalog.concat(pg_catalog.quote_ident(fn.nspname), '.', pg_catalog.quote_ident(f.opfname)) AS family,
    (
        SELECT pg_catalog.string_agg(m.line, E'\n' ORDER BY m.line COLLATE pg_catalog."C")
        FROM members m
        WHERE m.class = k.oid
    ) AS members
FROM pg_catalog.pg_opclass k
JOIN pg_catalog.pg_namespace n ON n.oid = k.opcnamespace
JOIN pg_catalog.pg_am a ON a.oid = k.opcmethod
JOIN pg_catalog.pg_opfamily f ON f.oid = k.opcfamily
JOIN pg_catalog.pg_namespace fn ON fn.oid = f.opfnamespace
WHERE k.oid >= 16384
  AND n.nspname <> $1::pg_catalog.text
  AND k.oid NOT IN (
      SELECT d.objid
      FROM pg_catalog.pg_depend d
      WHERE d.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass
        AND d.classid = 'pg_catalog.pg_opclass'::pg_catalog.regclass
        AND d.deptype = 'e'
  );
