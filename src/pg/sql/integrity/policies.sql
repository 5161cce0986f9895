-- Row security that is on without a policy, so that nobody but the owner sees a row, and policies that do nothing because it is
-- off. $1: {oid, ...} of tables.
SELECT
    'security.policies' AS kind,
    CASE WHEN c.relrowsecurity THEN 'warn' ELSE 'fail' END AS verdict,
    pg_catalog.format('%I.%I', n.nspname, c.relname) AS object,
    CASE WHEN c.relrowsecurity THEN 'row security without a policy: nobody but its owner sees a row'
        ELSE p.policies || ' without row security: they hide nothing' END AS value,
    CASE WHEN c.relrowsecurity THEN pg_catalog.format('CREATE POLICY ... ON %I.%I; or ALTER TABLE %1$I.%2$I DISABLE ROW LEVEL SECURITY;', n.nspname, c.relname)
        ELSE pg_catalog.format('ALTER TABLE %I.%I ENABLE ROW LEVEL SECURITY;', n.nspname, c.relname) END AS fix
FROM pg_catalog.unnest($1::pg_catalog.oid[]) AS w(oid)
JOIN pg_catalog.pg_class c ON c.oid = w.oid AND c.relkind = ANY ('{r,p}'::pg_catalog."char"[])
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
CROSS JOIN LATERAL (
    SELECT pg_catalog.count(*) AS count, 'policies (' || pg_catalog.string_agg(p.polname, ', ' ORDER BY p.polname) || ')' AS policies
    FROM pg_catalog.pg_policy p
    WHERE p.polrelid = c.oid
) AS p
WHERE c.relrowsecurity <> (p.count > 0)
ORDER BY object;
