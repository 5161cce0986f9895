-- Base types, enums, domains, ranges and composite types, with what each kind of them has; arrays and multiranges
-- come with their types, row types with their tables. $1: our schema, left out.
SELECT
    CASE t.typtype
        WHEN 'e' THEN 'enum' WHEN 'd' THEN 'domain' WHEN 'r' THEN 'range' WHEN 'c' THEN 'composite type' ELSE 'type'
    END AS kind,
    pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(t.typname) AS identity,
    NULL AS parent,
    pg_catalog.concat_ws(' ', t.tableoid, t.oid) AS address,
    pg_catalog.pg_get_userbyid(t.typowner) AS owner,
    CASE t.typtype WHEN 'e' THEN (
        SELECT pg_catalog.string_agg(pg_catalog.quote_literal(e.enumlabel), ', ' ORDER BY e.enumsortorder)
        FROM pg_catalog.pg_enum e
        WHERE e.enumtypid = t.oid
    ) END AS labels,
    CASE t.typtype WHEN 'd' THEN pg_catalog.format_type(t.typbasetype, t.typtypmod) END AS "base type",
    CASE WHEN t.typtype = 'd' AND t.typcollation <> b.typcollation OR t.typtype = 'b' AND t.typcollation <> 0 THEN (
        SELECT pg_catalog.quote_ident(ln.nspname) || '.' || pg_catalog.quote_ident(l.collname)
        FROM pg_catalog.pg_collation l
        JOIN pg_catalog.pg_namespace ln ON ln.oid = l.collnamespace
        WHERE l.oid = t.typcollation
    ) END AS "collation",
    CASE t.typtype WHEN 'd' THEN pg_catalog.pg_get_expr(t.typdefaultbin, 0) WHEN 'b' THEN t.typdefault END AS "default",
    CASE WHEN t.typnotnull THEN 'yes' END AS "not null",
    CASE WHEN t.typtype = 'b' THEN pg_catalog.concat_ws(', ',
        'input ' || t.typinput::pg_catalog.oid::pg_catalog.regprocedure,
        'output ' || t.typoutput::pg_catalog.oid::pg_catalog.regprocedure,
        'receive ' || NULLIF(t.typreceive::pg_catalog.oid, 0)::pg_catalog.regprocedure,
        'send ' || NULLIF(t.typsend::pg_catalog.oid, 0)::pg_catalog.regprocedure,
        'typmod_in ' || NULLIF(t.typmodin::pg_catalog.oid, 0)::pg_catalog.regprocedure,
        'typmod_out ' || NULLIF(t.typmodout::pg_catalog.oid, 0)::pg_catalog.regprocedure,
        'analyze ' || NULLIF(t.typanalyze::pg_catalog.oid, 0)::pg_catalog.regprocedure,
        'subscript ' || NULLIF(pg_catalog.to_jsonb(t) ->> 'typsubscript', '-')
    ) END AS functions,
    CASE WHEN t.typtype = 'b' THEN pg_catalog.concat_ws(', ',
        'length ' || t.typlen, pg_catalog.concat('alignment ', t.typalign), pg_catalog.concat('storage ', t.typstorage),
        pg_catalog.concat('category ', t.typcategory), pg_catalog.concat('delimiter ', t.typdelim),
        CASE WHEN t.typbyval THEN 'by value' END, CASE WHEN t.typispreferred THEN 'preferred' END,
        'element ' || CASE WHEN t.typelem <> 0 THEN pg_catalog.format_type(t.typelem, NULL) END
    ) END AS layout,
    CASE t.typtype WHEN 'r' THEN (
        SELECT pg_catalog.concat_ws(', ',
            'subtype ' || pg_catalog.format_type(r.rngsubtype, NULL),
            'operator class ' || pg_catalog.quote_ident(kn.nspname) || '.' || pg_catalog.quote_ident(k.opcname),
            'collation ' || pg_catalog.quote_ident(ln.nspname) || '.' || pg_catalog.quote_ident(l.collname),
            'canonical ' || NULLIF(r.rngcanonical::pg_catalog.oid, 0)::pg_catalog.regprocedure,
            'subtype_diff ' || NULLIF(r.rngsubdiff::pg_catalog.oid, 0)::pg_catalog.regprocedure,
            'multirange ' || pg_catalog.format_type((pg_catalog.to_jsonb(r) ->> 'rngmultitypid')::pg_catalog.oid, NULL))
        FROM pg_catalog.pg_range r
        JOIN pg_catalog.pg_opclass k ON k.oid = r.rngsubopc
        JOIN pg_catalog.pg_namespace kn ON kn.oid = k.opcnamespace
        LEFT JOIN pg_catalog.pg_collation l ON l.oid = r.rngcollation
        LEFT JOIN pg_catalog.pg_namespace ln ON ln.oid = l.collnamespace
        WHERE r.rngtypid = t.oid
    ) END AS range,
    COALESCE(t.typacl, pg_catalog.acldefault('T', t.typowner)) AS privileges
FROM pg_catalog.pg_type t
JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
LEFT JOIN pg_catalog.pg_type b ON b.oid = t.typbasetype
LEFT JOIN pg_catalog.pg_class c ON c.oid = t.typrelid
WHERE t.typtype IN ('b', 'e', 'd', 'r', 'c')
  AND t.typisdefined
  AND (t.typtype <> 'c' OR c.relkind = 'c')
  AND t.oid >= 16384
  AND n.nspname !~ '^pg_(toast|temp)'
  AND n.nspname <> $1::pg_catalog.text
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_type e WHERE e.typarray = t.oid AND e.oid = t.typelem)
  AND t.oid NOT IN (
      SELECT d.objid
      FROM pg_catalog.pg_depend d
      WHERE d.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass
        AND d.classid = 'pg_catalog.pg_type'::pg_catalog.regclass
        AND d.deptype = 'e'
  );
