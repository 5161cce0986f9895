-- What the rows of each table look like beside their own bytes: where these are (another file after a rewrite or
-- TRUNCATE), which columns they are read by, and what stands for a column that a row is too old to have.
SELECT
    relations.oid,
    pg_catalog.concat_ws(
        ' ', pg_catalog.pg_relation_filenode(relations.oid),
        pg_catalog.md5(pg_catalog.string_agg(
            pg_catalog.concat_ws(
                ' ', attributes.attnum, attributes.attname, attributes.atttypid, attributes.atttypmod,
                attributes.attmissingval::pg_catalog.text
            ), ', ' ORDER BY attributes.attnum
        ))
    ) AS shape
FROM pg_catalog.pg_class AS relations
JOIN pg_catalog.pg_attribute AS attributes
    ON attributes.attrelid OPERATOR(pg_catalog.=) relations.oid
    AND attributes.attnum OPERATOR(pg_catalog.>) 0
    AND NOT attributes.attisdropped
WHERE relations.relkind OPERATOR(pg_catalog.=) 'r'
  AND relations.oid OPERATOR(pg_catalog.>=) 16384
GROUP BY relations.oid;
