-- The columns of a relation's primary key, in its order. $1: the relation.
SELECT a.attname AS name
FROM pg_catalog.pg_index i
CROSS JOIN LATERAL pg_catalog.unnest(i.indkey::pg_catalog.int2[]) WITH ORDINALITY AS k(number, place)
JOIN pg_catalog.pg_attribute a
    ON a.attrelid OPERATOR(pg_catalog.=) i.indrelid AND a.attnum OPERATOR(pg_catalog.=) k.number
WHERE i.indrelid OPERATOR(pg_catalog.=) $1::pg_catalog.regclass
  AND i.indisprimary
ORDER BY k.place;
