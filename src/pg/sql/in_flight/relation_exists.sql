-- $1 a relation as the statement spells it.
SELECT pg_catalog.to_regclass($1) IS NOT NULL;
