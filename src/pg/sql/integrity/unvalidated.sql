-- Constraints that were never validated: what was there before them may break them. $1: {oid, ...} of tables.
SELECT
    'constraints.validated' AS kind,
    'warn' AS verdict,
    pg_catalog.format('%I.%I %I', n.nspname, c.relname, k.conname) AS object,
    CASE WHEN pg_catalog.to_jsonb(k) ->> 'conenforced' = 'false' THEN 'not enforced' ELSE 'not validated' END AS value, -- since 18
    CASE WHEN pg_catalog.to_jsonb(k) ->> 'conenforced' = 'false'
        THEN pg_catalog.format('ALTER TABLE %I.%I ALTER CONSTRAINT %I ENFORCED; or live with it', n.nspname, c.relname, k.conname)
        ELSE pg_catalog.format('ALTER TABLE %I.%I VALIDATE CONSTRAINT %I;', n.nspname, c.relname, k.conname) END AS fix
FROM pg_catalog.unnest($1::pg_catalog.oid[]) AS w(oid)
JOIN pg_catalog.pg_constraint k ON k.conrelid = w.oid AND NOT k.convalidated AND k.conparentid = 0
JOIN pg_catalog.pg_class c ON c.oid = k.conrelid
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
ORDER BY object;
