-- Every sequence stands further on, so that a value from it is another one.
-- $1: by how much.
SELECT pg_catalog.setval(moved.sequence, moved.value)
FROM (
    SELECT
        s.seqrelid AS sequence,
        s.seqstart OPERATOR(pg_catalog.+) (s.seqincrement OPERATOR(pg_catalog.*) $1::pg_catalog.int8) AS value,
        s.seqmin, s.seqmax
    FROM pg_catalog.pg_sequence s
    JOIN pg_catalog.pg_class c ON c.oid OPERATOR(pg_catalog.=) s.seqrelid
    WHERE c.relpersistence OPERATOR(pg_catalog.<>) 't'
) AS moved
WHERE moved.value OPERATOR(pg_catalog.>=) moved.seqmin
  AND moved.value OPERATOR(pg_catalog.<=) moved.seqmax;
