-- Subscriptions of this database without their connection strings. Who may not read the whole row gets none, and
-- they are a gap. A restored one is always disabled: that state is a kind of its own.
SELECT
    'subscription' AS kind,
    pg_catalog.quote_ident(s.subname) AS identity,
    NULL AS parent,
    pg_catalog.concat_ws(' ', s.tableoid, s.oid) AS address,
    pg_catalog.pg_get_userbyid(s.subowner) AS owner,
    (
        SELECT pg_catalog.string_agg(e.key || ' ' || e.value, ', ' ORDER BY e.key COLLATE pg_catalog."C")
        FROM pg_catalog.jsonb_each_text(
            pg_catalog.to_jsonb(s) - ARRAY['oid', 'subdbid', 'subname', 'subowner', 'subenabled', 'subconninfo',
                                           'subpublications', 'subskiplsn', 'subtwophasestate']::pg_catalog.text[]
        ) e
    ) AS options,
    (
        SELECT pg_catalog.string_agg(pg_catalog.quote_ident(p), ', ' ORDER BY p COLLATE pg_catalog."C")
        FROM pg_catalog.unnest(s.subpublications) p
    ) AS publications
FROM pg_catalog.pg_subscription s
WHERE s.subdbid = (SELECT b.oid FROM pg_catalog.pg_database b WHERE b.datname = pg_catalog.current_database())
UNION ALL
SELECT 'subscription state', pg_catalog.quote_ident(s.subname), pg_catalog.quote_ident(s.subname),
       pg_catalog.concat_ws(' ', s.tableoid, s.oid), NULL, 'enabled', NULL
FROM pg_catalog.pg_subscription s
WHERE s.subenabled
  AND s.subdbid = (SELECT b.oid FROM pg_catalog.pg_database b WHERE b.datname = pg_catalog.current_database());
