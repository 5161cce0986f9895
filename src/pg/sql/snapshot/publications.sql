-- Publications. What newer servers have more comes through json: there are few.
SELECT
    'publication' AS kind,
    pg_catalog.quote_ident(p.pubname) AS identity,
    NULL AS parent,
    pg_catalog.concat_ws(' ', p.tableoid, p.oid) AS address,
    pg_catalog.pg_get_userbyid(p.pubowner) AS owner,
    CASE WHEN p.puballtables THEN 'yes' END AS "all tables",
    pg_catalog.concat_ws(', ',
        CASE WHEN p.pubinsert THEN 'insert' END, CASE WHEN p.pubupdate THEN 'update' END,
        CASE WHEN p.pubdelete THEN 'delete' END, CASE WHEN p.pubtruncate THEN 'truncate' END) AS publish,
    CASE WHEN p.pubviaroot THEN 'yes' END AS "via root",
    NULLIF(pg_catalog.to_jsonb(p) ->> 'pubgencols', 'n') AS "generated columns",
    NULLIF(pg_catalog.to_jsonb(p) ->> 'puballsequences', 'false') AS "all sequences"
FROM pg_catalog.pg_publication p
WHERE p.oid NOT IN (
    SELECT d.objid
    FROM pg_catalog.pg_depend d
    WHERE d.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass
      AND d.classid = 'pg_catalog.pg_publication'::pg_catalog.regclass
      AND d.deptype = 'e'
);
