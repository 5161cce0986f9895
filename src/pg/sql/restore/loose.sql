-- What hinders rows from coming in any order, and how it is put back: foreign keys (dropped, made again unvalidated, then
-- validated) and triggers of the user's (disabled, then as they were). Partitions' own copies go with their parents.
SELECT statements.loosen, statements.fasten, statements.validate
FROM (
    SELECT
        1 AS place,
        pg_catalog.format('ALTER TABLE %I.%I DROP CONSTRAINT %I', n.nspname, c.relname, k.conname) AS loosen,
        pg_catalog.format('ALTER TABLE %I.%I ADD CONSTRAINT %I %s%s', n.nspname, c.relname, k.conname,
            pg_catalog.pg_get_constraintdef(k.oid),
            CASE WHEN c.relkind OPERATOR(pg_catalog.=) 'p' OR NOT k.convalidated THEN '' ELSE ' NOT VALID' END) AS fasten,
        pg_catalog.concat_ws('; ',
            CASE WHEN c.relkind OPERATOR(pg_catalog.<>) 'p' AND k.convalidated
                THEN pg_catalog.format('ALTER TABLE %I.%I VALIDATE CONSTRAINT %I', n.nspname, c.relname, k.conname) END,
            CASE WHEN pg_catalog.obj_description(k.oid, 'pg_constraint') IS NOT NULL
                THEN pg_catalog.format('COMMENT ON CONSTRAINT %I ON %I.%I IS %L', k.conname, n.nspname, c.relname,
                                       pg_catalog.obj_description(k.oid, 'pg_constraint')) END) AS validate
    FROM pg_catalog.pg_constraint k
    JOIN pg_catalog.pg_class c ON c.oid OPERATOR(pg_catalog.=) k.conrelid
    JOIN pg_catalog.pg_namespace n ON n.oid OPERATOR(pg_catalog.=) c.relnamespace
    WHERE k.contype OPERATOR(pg_catalog.=) 'f' AND k.conparentid OPERATOR(pg_catalog.=) 0::pg_catalog.oid
    UNION ALL
    SELECT
        2,
        pg_catalog.format('ALTER TABLE %I.%I DISABLE TRIGGER %I', n.nspname, c.relname, t.tgname),
        pg_catalog.format('ALTER TABLE %I.%I ENABLE %sTRIGGER %I', n.nspname, c.relname,
            CASE t.tgenabled WHEN 'A' THEN 'ALWAYS ' WHEN 'R' THEN 'REPLICA ' ELSE '' END, t.tgname),
        ''
    FROM pg_catalog.pg_trigger t
    JOIN pg_catalog.pg_class c ON c.oid OPERATOR(pg_catalog.=) t.tgrelid
    JOIN pg_catalog.pg_namespace n ON n.oid OPERATOR(pg_catalog.=) c.relnamespace
    WHERE NOT t.tgisinternal
      AND t.tgenabled OPERATOR(pg_catalog.<>) 'D'
      AND c.relkind OPERATOR(pg_catalog.=) ANY ('{r,p}'::pg_catalog."char"[])
      AND n.nspname OPERATOR(pg_catalog.<>) 'pg_catalog'
) AS statements
ORDER BY statements.place, statements.loosen;
