-- What relations are called now.
-- $1: their oids as a JSON array of texts; what is not there any more is left out.
SELECT pg_catalog.format('%I.%I', namespaces.nspname, relations.relname) AS qualified
FROM pg_catalog.jsonb_array_elements_text($1::pg_catalog.jsonb) AS named(oid)
JOIN pg_catalog.pg_class AS relations ON relations.oid OPERATOR(pg_catalog.=) named.oid::pg_catalog.oid
JOIN pg_catalog.pg_namespace AS namespaces ON namespaces.oid OPERATOR(pg_catalog.=) relations.relnamespace;
