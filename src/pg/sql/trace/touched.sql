-- Relations that a transaction has locked, as it sees them itself, with what it has done to them: a row each. Those that
-- it has dropped have no name. Its first row, without an oid, says whether temporary files are told as messages, and how
-- much WAL there is.
-- $1: oids of all that it has locked; $2: of those that are told in any case; of the others, only those to whose rows or
-- files something has happened that is not known: $3 has what is, as "oid file scans tuples inserted updated deleted".
WITH touched AS MATERIALIZED (
    SELECT
        held.oid,
        pg_catalog.pg_relation_filenode(held.oid) AS file,
        pg_catalog.pg_stat_get_xact_numscans(held.oid) AS scans,
        pg_catalog.pg_stat_get_xact_tuples_returned(held.oid) AS tuples_read,
        pg_catalog.pg_stat_get_xact_tuples_inserted(held.oid) AS inserted,
        pg_catalog.pg_stat_get_xact_tuples_updated(held.oid) AS updated,
        pg_catalog.pg_stat_get_xact_tuples_deleted(held.oid) AS deleted
    FROM pg_catalog.unnest($1::pg_catalog.oid[]) AS held(oid)
)
SELECT
    NULL::pg_catalog.oid AS oid, NULL AS name, NULL::pg_catalog."char" AS relkind, NULL::pg_catalog.oid AS owner,
    NULL::pg_catalog.oid AS file,
    pg_catalog.pg_wal_lsn_diff(pg_catalog.pg_current_wal_insert_lsn(), '0/0')::pg_catalog.int8 AS bytes,
    pg_catalog.current_setting('log_temp_files') OPERATOR(pg_catalog.=) '0'
        AND pg_catalog.current_setting('client_min_messages') OPERATOR(pg_catalog.~) '^(log|debug)' AS is_valid,
    NULL AS unvalidated, NULL::pg_catalog.int8 AS scans, NULL::pg_catalog.int8 AS tuples_read,
    NULL::pg_catalog.int8 AS inserted, NULL::pg_catalog.int8 AS updated, NULL::pg_catalog.int8 AS deleted
UNION ALL
SELECT
    t.oid, d.name, d.relkind, d.owner, t.file,
    CASE WHEN t.file IS NOT NULL THEN pg_catalog.pg_relation_size(t.oid) END,
    d.indisvalid, d.unvalidated, t.scans, t.tuples_read, t.inserted, t.updated, t.deleted
FROM touched t
LEFT JOIN LATERAL (
    SELECT
        c.relnamespace::pg_catalog.regnamespace::pg_catalog.text OPERATOR(pg_catalog.||) '.' OPERATOR(pg_catalog.||)
            pg_catalog.quote_ident(c.relname) AS name,
        c.relkind,
        COALESCE(i.indrelid, CASE WHEN c.relkind OPERATOR(pg_catalog.=) 't'
            THEN pg_catalog.substring(c.relname::pg_catalog.text, '^pg_toast_([0-9]+)$')::pg_catalog.oid END) AS owner,
        i.indisvalid,
        (
            SELECT pg_catalog.string_agg(pg_catalog.quote_ident(k.conname), ', ' ORDER BY k.conname)
            FROM pg_catalog.pg_constraint k
            WHERE k.conrelid OPERATOR(pg_catalog.=) c.oid AND NOT k.convalidated
        ) AS unvalidated
    FROM pg_catalog.pg_class c
    LEFT JOIN pg_catalog.pg_index i ON i.indexrelid OPERATOR(pg_catalog.=) c.oid
    WHERE c.oid OPERATOR(pg_catalog.=) t.oid
    LIMIT 1  -- by the key, for the few that are left
) AS d ON true
WHERE t.oid OPERATOR(pg_catalog.=) ANY ($2::pg_catalog.oid[])
   OR (
       (t.file OPERATOR(pg_catalog.<>) t.oid
        OR t.scans OPERATOR(pg_catalog.+) t.inserted OPERATOR(pg_catalog.+) t.updated OPERATOR(pg_catalog.+) t.deleted
            OPERATOR(pg_catalog.>) 0::pg_catalog.int8)
       -- hashed on every server, and planned without a look at each of them
       AND NOT pg_catalog.concat_ws(
           ' ', t.oid, COALESCE(t.file, 0), t.scans, t.tuples_read, t.inserted, t.updated, t.deleted
       ) OPERATOR(pg_catalog.=) ANY (SELECT pg_catalog.unnest($3::pg_catalog.text[]))
   );
