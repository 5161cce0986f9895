-- What ties a table to others in a scratch database, as statements that cut it: parents, foreign keys, triggers, rules,
-- policies, indexes that are no constraint. What is left is its columns, rows, checks and keys.
-- $1: the table's oid.
SELECT statement
FROM (
    SELECT 1 AS place, pg_catalog.format(
        CASE WHEN c.relispartition THEN 'ALTER TABLE %2$s DETACH PARTITION %1$s' ELSE 'ALTER TABLE %1$s NO INHERIT %2$s' END,
        pg_catalog.format('%I.%I', n.nspname, c.relname), pg_catalog.format('%I.%I', pn.nspname, p.relname)) AS statement
    FROM pg_catalog.pg_inherits i
    JOIN pg_catalog.pg_class c ON c.oid OPERATOR(pg_catalog.=) i.inhrelid
    JOIN pg_catalog.pg_namespace n ON n.oid OPERATOR(pg_catalog.=) c.relnamespace
    JOIN pg_catalog.pg_class p ON p.oid OPERATOR(pg_catalog.=) i.inhparent
    JOIN pg_catalog.pg_namespace pn ON pn.oid OPERATOR(pg_catalog.=) p.relnamespace
    WHERE i.inhrelid OPERATOR(pg_catalog.=) $1::pg_catalog.oid
    UNION ALL
    SELECT 2, pg_catalog.format('ALTER TABLE %I.%I DROP CONSTRAINT %I', n.nspname, c.relname, k.conname)
    FROM pg_catalog.pg_constraint k
    JOIN pg_catalog.pg_class c ON c.oid OPERATOR(pg_catalog.=) k.conrelid
    JOIN pg_catalog.pg_namespace n ON n.oid OPERATOR(pg_catalog.=) c.relnamespace
    WHERE k.contype OPERATOR(pg_catalog.=) 'f' AND k.conparentid OPERATOR(pg_catalog.=) 0::pg_catalog.oid
      AND k.conrelid OPERATOR(pg_catalog.=) $1::pg_catalog.oid
    UNION ALL
    SELECT 3, pg_catalog.format('DROP TRIGGER %I ON %I.%I', t.tgname, n.nspname, c.relname)
    FROM pg_catalog.pg_trigger t
    JOIN pg_catalog.pg_class c ON c.oid OPERATOR(pg_catalog.=) t.tgrelid
    JOIN pg_catalog.pg_namespace n ON n.oid OPERATOR(pg_catalog.=) c.relnamespace
    WHERE t.tgrelid OPERATOR(pg_catalog.=) $1::pg_catalog.oid AND NOT t.tgisinternal
      AND t.tgparentid OPERATOR(pg_catalog.=) 0::pg_catalog.oid
    UNION ALL
    SELECT 4, pg_catalog.format('DROP RULE %I ON %I.%I', r.rulename, n.nspname, c.relname)
    FROM pg_catalog.pg_rewrite r
    JOIN pg_catalog.pg_class c ON c.oid OPERATOR(pg_catalog.=) r.ev_class
    JOIN pg_catalog.pg_namespace n ON n.oid OPERATOR(pg_catalog.=) c.relnamespace
    WHERE r.ev_class OPERATOR(pg_catalog.=) $1::pg_catalog.oid
    UNION ALL
    SELECT 5, pg_catalog.format('DROP POLICY %I ON %I.%I', p.polname, n.nspname, c.relname)
    FROM pg_catalog.pg_policy p
    JOIN pg_catalog.pg_class c ON c.oid OPERATOR(pg_catalog.=) p.polrelid
    JOIN pg_catalog.pg_namespace n ON n.oid OPERATOR(pg_catalog.=) c.relnamespace
    WHERE p.polrelid OPERATOR(pg_catalog.=) $1::pg_catalog.oid
    UNION ALL
    SELECT 6, pg_catalog.format('ALTER TABLE %I.%I DISABLE ROW LEVEL SECURITY, NO FORCE ROW LEVEL SECURITY', n.nspname, c.relname)
    FROM pg_catalog.pg_class c
    JOIN pg_catalog.pg_namespace n ON n.oid OPERATOR(pg_catalog.=) c.relnamespace
    WHERE c.oid OPERATOR(pg_catalog.=) $1::pg_catalog.oid AND c.relrowsecurity
    UNION ALL
    SELECT 7, pg_catalog.format('DROP INDEX %I.%I', n.nspname, x.relname)
    FROM pg_catalog.pg_index i
    JOIN pg_catalog.pg_class x ON x.oid OPERATOR(pg_catalog.=) i.indexrelid
    JOIN pg_catalog.pg_namespace n ON n.oid OPERATOR(pg_catalog.=) x.relnamespace
    WHERE i.indrelid OPERATOR(pg_catalog.=) $1::pg_catalog.oid
      AND NOT x.relispartition
      AND NOT EXISTS (SELECT FROM pg_catalog.pg_constraint k WHERE k.conindid OPERATOR(pg_catalog.=) x.oid)
) AS statements
ORDER BY place, statement;
