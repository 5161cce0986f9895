-- Indexes that are not valid, and constraints that were not validated: of tables and domains, not of the system.
SELECT
    'index' AS kind,
    pg_catalog.format('%I.%I', n.nspname, c.relname) AS name,
    pg_catalog.format('%I.%I', tn.nspname, t.relname) AS relation
FROM pg_catalog.pg_index i
JOIN pg_catalog.pg_class c ON c.oid OPERATOR(pg_catalog.=) i.indexrelid
JOIN pg_catalog.pg_namespace n ON n.oid OPERATOR(pg_catalog.=) c.relnamespace
JOIN pg_catalog.pg_class t ON t.oid OPERATOR(pg_catalog.=) i.indrelid
JOIN pg_catalog.pg_namespace tn ON tn.oid OPERATOR(pg_catalog.=) t.relnamespace
WHERE NOT (i.indisvalid AND i.indisready AND i.indislive)
  AND n.nspname OPERATOR(pg_catalog.!~) '^pg_'
UNION ALL
SELECT
    'constraint',
    pg_catalog.quote_ident(k.conname),
    COALESCE(pg_catalog.format('%I.%I', tn.nspname, t.relname), pg_catalog.format('%I.%I', yn.nspname, y.typname))
FROM pg_catalog.pg_constraint k
LEFT JOIN pg_catalog.pg_class t ON t.oid OPERATOR(pg_catalog.=) k.conrelid
LEFT JOIN pg_catalog.pg_namespace tn ON tn.oid OPERATOR(pg_catalog.=) t.relnamespace
LEFT JOIN pg_catalog.pg_type y ON y.oid OPERATOR(pg_catalog.=) k.contypid
LEFT JOIN pg_catalog.pg_namespace yn ON yn.oid OPERATOR(pg_catalog.=) y.typnamespace
WHERE NOT k.convalidated
  AND k.conparentid OPERATOR(pg_catalog.=) 0::pg_catalog.oid
  -- 18 and newer: who is not enforced is never validated
  AND COALESCE((pg_catalog.to_jsonb(k) OPERATOR(pg_catalog.->>) 'conenforced')::pg_catalog.bool, true)
  AND COALESCE(tn.nspname, yn.nspname) OPERATOR(pg_catalog.!~) '^pg_'
  AND COALESCE(tn.nspname, yn.nspname) OPERATOR(pg_catalog.<>) 'information_schema'
ORDER BY 1, 3, 2;
