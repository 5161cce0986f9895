-- Event triggers with their state.
SELECT
    'event trigger' AS kind,
    pg_catalog.quote_ident(e.evtname) AS identity,
    NULL AS parent,
    pg_catalog.concat_ws(' ', e.tableoid, e.oid) AS address,
    pg_catalog.pg_get_userbyid(e.evtowner) AS owner,
    e.evtevent AS event,
    (
        SELECT pg_catalog.string_agg(t, ', ' ORDER BY t COLLATE pg_catalog."C") FROM pg_catalog.unnest(e.evttags) t
    ) AS tags,
    e.evtfoid::pg_catalog.regprocedure AS function,
    CASE e.evtenabled WHEN 'O' THEN 'enabled' WHEN 'D' THEN 'disabled' WHEN 'R' THEN 'replica' WHEN 'A' THEN 'always' END
        AS state
FROM pg_catalog.pg_event_trigger e
WHERE e.oid NOT IN (
    SELECT d.objid
    FROM pg_catalog.pg_depend d
    WHERE d.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass
      AND d.classid = 'pg_catalog.pg_event_trigger'::pg_catalog.regclass
      AND d.deptype = 'e'
);
