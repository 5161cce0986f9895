-- Casts.
SELECT
    'cast' AS kind,
    pg_catalog.concat('(', pg_catalog.format_type(c.castsource, NULL), ' AS ',
                      pg_catalog.format_type(c.casttarget, NULL), ')') AS identity,
    NULL AS parent,
    pg_catalog.concat_ws(' ', c.tableoid, c.oid) AS address,
    NULLIF(c.castfunc, 0)::pg_catalog.regprocedure AS function,
    CASE c.castmethod WHEN 'b' THEN 'binary coercible' WHEN 'i' THEN 'input and output' END AS method,
    CASE c.castcontext WHEN 'a' THEN 'assignment' WHEN 'i' THEN 'implicit' ELSE 'explicit' END AS context
FROM pg_catalog.pg_cast c
WHERE c.oid >= 16384
  -- what a range type made for its multirange
  AND NOT EXISTS (
      SELECT
      FROM pg_catalog.pg_depend d
      WHERE d.classid = 'pg_catalog.pg_cast'::pg_catalog.regclass
        AND d.objid = c.oid
        AND d.deptype IN ('e', 'i')
  );
