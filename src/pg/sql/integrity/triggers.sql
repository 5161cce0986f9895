-- Triggers that do not fire as they were made to, those of foreign keys too: what a restore or a bulk load has left disabled.
-- $1: {oid, ...} of tables.
SELECT
    'triggers.enabled' AS kind,
    CASE WHEN t.tgisinternal OR t.tgenabled = 'D' THEN 'fail' ELSE 'warn' END AS verdict,
    pg_catalog.format('%I.%I %I', n.nspname, c.relname, COALESCE(k.conname, t.tgname)) AS object,
    CASE WHEN t.tgenabled = 'D' THEN 'disabled' ELSE 'fires on replicas only' END
        || CASE WHEN t.tgisinternal THEN ', so that the foreign key holds nothing (' || pg_catalog.count(*) || ' of its triggers)' ELSE '' END AS value,
    CASE WHEN t.tgisinternal THEN pg_catalog.format('ALTER TABLE %I.%I ENABLE TRIGGER ALL; as superuser, then migrate-safe verify', n.nspname, c.relname)
        ELSE pg_catalog.format('ALTER TABLE %I.%I ENABLE TRIGGER %I;', n.nspname, c.relname, t.tgname) END AS fix
FROM pg_catalog.unnest($1::pg_catalog.oid[]) AS w(oid)
JOIN pg_catalog.pg_trigger t ON t.tgrelid = w.oid
JOIN pg_catalog.pg_class c ON c.oid = t.tgrelid
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_catalog.pg_constraint k ON k.oid = t.tgconstraint AND t.tgisinternal
WHERE t.tgenabled = 'D' OR (t.tgisinternal AND t.tgenabled = 'R')
GROUP BY t.tgisinternal, t.tgenabled, n.nspname, c.relname, COALESCE(k.conname, t.tgname), CASE WHEN NOT t.tgisinternal THEN t.tgname END, t.tgname
ORDER BY object;
