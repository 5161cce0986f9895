-- Whether there is a place for sign-offs, whether this session may write there and into the journal, and the server's time.
-- $1 our schema's name.
SELECT
    approvals.oid IS NOT NULL AS is_there,
    COALESCE(pg_catalog.has_column_privilege(approvals.oid, 'statement', 'INSERT'), false) AS may_sign,
    COALESCE(pg_catalog.has_table_privilege(journal.oid, 'INSERT'), false) AS may_journal,
    pg_catalog.to_char(pg_catalog.clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS now
FROM
    (SELECT pg_catalog.to_regclass(pg_catalog.format('%I.approvals', $1::pg_catalog.text))::pg_catalog.oid AS oid) AS approvals,
    (SELECT pg_catalog.to_regclass(pg_catalog.format('%I.journal', $1::pg_catalog.text))::pg_catalog.oid AS oid) AS journal;
