-- Differs when what we read was changed: deparsed text follows the newest catalog, the rows our snapshot. So every
-- catalog whose names deparsed text has counts. Temporary tables come and go, and are not read. Run with the
-- caller's search_path too.
SELECT pg_catalog.concat_ws(' ',
    (SELECT pg_catalog.concat(pg_catalog.count(*), ':', pg_catalog.sum(n.xmin::pg_catalog.text::pg_catalog.int8))
     FROM pg_catalog.pg_namespace n
     WHERE n.nspname OPERATOR(pg_catalog.!~) '^pg_(toast_)?temp'),
    (SELECT pg_catalog.concat(pg_catalog.count(*), ':', pg_catalog.sum(c.xmin::pg_catalog.text::pg_catalog.int8), ':',
                              pg_catalog.sum(a.xmin::pg_catalog.text::pg_catalog.int8))
     FROM pg_catalog.pg_class c
     JOIN pg_catalog.pg_attribute a
         ON a.attrelid OPERATOR(pg_catalog.=) c.oid AND a.attnum OPERATOR(pg_catalog.>) 0
     WHERE c.oid OPERATOR(pg_catalog.>=) 16384
       AND c.relpersistence OPERATOR(pg_catalog.<>) 't'
       AND c.relkind OPERATOR(pg_catalog.=) ANY ('{r,p,f,v,m,c,i,I,S}'::pg_catalog."char"[])),
    (SELECT pg_catalog.concat(pg_catalog.count(*), ':', pg_catalog.sum(k.xmin::pg_catalog.text::pg_catalog.int8))
     FROM pg_catalog.pg_constraint k
     WHERE k.oid OPERATOR(pg_catalog.>=) 16384),
    (SELECT pg_catalog.concat(pg_catalog.count(*), ':', pg_catalog.sum(p.xmin::pg_catalog.text::pg_catalog.int8))
     FROM pg_catalog.pg_proc p
     WHERE p.oid OPERATOR(pg_catalog.>=) 16384),
    (SELECT pg_catalog.concat(pg_catalog.count(*), ':', pg_catalog.sum(t.xmin::pg_catalog.text::pg_catalog.int8))
     FROM pg_catalog.pg_type t
     WHERE t.oid OPERATOR(pg_catalog.>=) 16384
       AND t.typtype OPERATOR(pg_catalog.=) ANY ('{b,d,e,r}'::pg_catalog."char"[])
       AND t.typcategory OPERATOR(pg_catalog.<>) 'A'),
    (SELECT pg_catalog.concat(pg_catalog.count(*), ':', pg_catalog.sum(r.xmin::pg_catalog.text::pg_catalog.int8))
     FROM pg_catalog.pg_rewrite r
     WHERE r.oid OPERATOR(pg_catalog.>=) 16384),
    (SELECT pg_catalog.concat(pg_catalog.count(*), ':', pg_catalog.sum(g.xmin::pg_catalog.text::pg_catalog.int8))
     FROM pg_catalog.pg_trigger g
     WHERE g.oid OPERATOR(pg_catalog.>=) 16384),
    (SELECT pg_catalog.concat(pg_catalog.count(*), ':', pg_catalog.sum(e.xmin::pg_catalog.text::pg_catalog.int8))
     FROM pg_catalog.pg_enum e
     WHERE e.oid OPERATOR(pg_catalog.>=) 16384),
    (SELECT pg_catalog.concat(pg_catalog.count(*), ':', pg_catalog.sum(l.xmin::pg_catalog.text::pg_catalog.int8))
     FROM pg_catalog.pg_collation l
     WHERE l.oid OPERATOR(pg_catalog.>=) 16384),
    (SELECT pg_catalog.concat(pg_catalog.count(*), ':', pg_catalog.sum(o.xmin::pg_catalog.text::pg_catalog.int8))
     FROM pg_catalog.pg_operator o
     WHERE o.oid OPERATOR(pg_catalog.>=) 16384),
    (SELECT pg_catalog.concat(pg_catalog.count(*), ':', pg_catalog.sum(oc.xmin::pg_catalog.text::pg_catalog.int8))
     FROM pg_catalog.pg_opclass oc
     WHERE oc.oid OPERATOR(pg_catalog.>=) 16384),
    (SELECT pg_catalog.concat(pg_catalog.count(*), ':', pg_catalog.sum(tc.xmin::pg_catalog.text::pg_catalog.int8))
     FROM pg_catalog.pg_ts_config tc
     WHERE tc.oid OPERATOR(pg_catalog.>=) 16384),
    (SELECT pg_catalog.concat(pg_catalog.count(*), ':', pg_catalog.sum(td.xmin::pg_catalog.text::pg_catalog.int8))
     FROM pg_catalog.pg_ts_dict td
     WHERE td.oid OPERATOR(pg_catalog.>=) 16384),
    (SELECT pg_catalog.concat(pg_catalog.count(*), ':', pg_catalog.sum(pl.xmin::pg_catalog.text::pg_catalog.int8))
     FROM pg_catalog.pg_language pl
     WHERE pl.oid OPERATOR(pg_catalog.>=) 16384),
    (SELECT pg_catalog.concat(pg_catalog.count(*), ':', pg_catalog.sum(x.xmin::pg_catalog.text::pg_catalog.int8))
     FROM pg_catalog.pg_statistic_ext x
     WHERE x.oid OPERATOR(pg_catalog.>=) 16384),
    (SELECT pg_catalog.sum(pg_catalog.hashtextextended(u.rolname::pg_catalog.text, u.oid::pg_catalog.int8)::pg_catalog."numeric")
     FROM pg_catalog.pg_roles u)) AS stamp;
