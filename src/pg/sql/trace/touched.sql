-- What a statement of a transaction did, as the transaction sees it itself: a row for each relation that it has locked in
-- a mode that was not held before, with those modes (bits), or to whose rows or file something has happened that is not
-- known. A mode is the length of its name: no two are equally long.
-- One that it has dropped has no name. The first row, without an oid, says whether temporary files are told as messages,
-- and how much WAL there was before the look; the last one how much there is behind it.
-- $1: the locks known to be held, oid * 32 + mode; $2: of their relations,
-- those to whose rows and file nothing has happened, $3: indexes among such; $4 to $10: the others, with what is known of
-- them: oid, file, scans, tuples read, inserted, updated, deleted. Relations of the system (oids below 16384) are left out.
WITH added AS MATERIALIZED (
    SELECT l.relation AS oid, pg_catalog.bit_or(1 OPERATOR(pg_catalog.<<) pg_catalog.octet_length(l.mode)) AS modes
    FROM pg_catalog.pg_lock_status() l
    WHERE l.pid OPERATOR(pg_catalog.=) pg_catalog.pg_backend_pid()
      AND l.relation OPERATOR(pg_catalog.>=) '16384'::pg_catalog.oid
      AND l.locktype OPERATOR(pg_catalog.=) 'relation'
      -- hashed on every server
      AND NOT l.relation::pg_catalog.int8 OPERATOR(pg_catalog.*) 32 OPERATOR(pg_catalog.+) pg_catalog.octet_length(l.mode)
          OPERATOR(pg_catalog.=) ANY (SELECT pg_catalog.unnest($1::pg_catalog.int8[]))
      AND l.mode OPERATOR(pg_catalog.<>) 'SIReadLock'
    GROUP BY l.relation
), changed AS (
    SELECT u.oid
    FROM pg_catalog.unnest($2::pg_catalog.oid[]) AS u(oid)
    WHERE COALESCE(pg_catalog.pg_relation_filenode(u.oid), '0') OPERATOR(pg_catalog.<>) u.oid
       OR pg_catalog.pg_stat_get_xact_numscans(u.oid)
          OPERATOR(pg_catalog.+) pg_catalog.pg_stat_get_xact_tuples_returned(u.oid)
          OPERATOR(pg_catalog.+) pg_catalog.pg_stat_get_xact_tuples_inserted(u.oid)
          OPERATOR(pg_catalog.+) pg_catalog.pg_stat_get_xact_tuples_updated(u.oid)
          OPERATOR(pg_catalog.+) pg_catalog.pg_stat_get_xact_tuples_deleted(u.oid) OPERATOR(pg_catalog.>) 0
    UNION ALL
    SELECT u.oid
    FROM pg_catalog.unnest($3::pg_catalog.oid[]) AS u(oid)
    WHERE COALESCE(pg_catalog.pg_relation_filenode(u.oid), '0') OPERATOR(pg_catalog.<>) u.oid
       OR pg_catalog.pg_stat_get_xact_numscans(u.oid) OPERATOR(pg_catalog.>) 0
    UNION ALL
    SELECT k.oid
    FROM ROWS FROM (
        pg_catalog.unnest($4::pg_catalog.oid[]), pg_catalog.unnest($5::pg_catalog.oid[]),
        pg_catalog.unnest($6::pg_catalog.int8[]), pg_catalog.unnest($7::pg_catalog.int8[]),
        pg_catalog.unnest($8::pg_catalog.int8[]), pg_catalog.unnest($9::pg_catalog.int8[]),
        pg_catalog.unnest($10::pg_catalog.int8[])
    ) AS k(oid, file, scans, tuples_read, inserted, updated, deleted)
    WHERE COALESCE(pg_catalog.pg_relation_filenode(k.oid), '0') OPERATOR(pg_catalog.<>) k.file
       OR pg_catalog.pg_stat_get_xact_numscans(k.oid) OPERATOR(pg_catalog.<>) k.scans
       OR pg_catalog.pg_stat_get_xact_tuples_returned(k.oid) OPERATOR(pg_catalog.<>) k.tuples_read
       OR pg_catalog.pg_stat_get_xact_tuples_inserted(k.oid) OPERATOR(pg_catalog.<>) k.inserted
       OR pg_catalog.pg_stat_get_xact_tuples_updated(k.oid) OPERATOR(pg_catalog.<>) k.updated
       OR pg_catalog.pg_stat_get_xact_tuples_deleted(k.oid) OPERATOR(pg_catalog.<>) k.deleted
       -- no file tells that a view is gone
       OR (k.file OPERATOR(pg_catalog.=) '0' AND pg_catalog.pg_table_is_visible(k.oid) IS NULL)
), told AS MATERIALIZED (
    SELECT a.oid, a.modes
    FROM added a
    UNION ALL
    SELECT c.oid, NULL
    FROM changed c
    WHERE NOT c.oid OPERATOR(pg_catalog.=) ANY (SELECT a.oid FROM added a)
)
SELECT
    NULL::pg_catalog.oid AS oid, NULL AS name, NULL::pg_catalog."char" AS relkind, NULL::pg_catalog.oid AS owner,
    NULL::pg_catalog.oid AS file,
    pg_catalog.pg_wal_lsn_diff(pg_catalog.pg_current_wal_insert_lsn(), '0/0')::pg_catalog.int8 AS bytes,
    pg_catalog.current_setting('log_temp_files') OPERATOR(pg_catalog.=) '0'
        AND pg_catalog.current_setting('client_min_messages') OPERATOR(pg_catalog.~) '^(log|debug)' AS is_valid,
    NULL AS unvalidated, NULL::pg_catalog.int8 AS scans, NULL::pg_catalog.int8 AS tuples_read,
    NULL::pg_catalog.int8 AS inserted, NULL::pg_catalog.int8 AS updated, NULL::pg_catalog.int8 AS deleted, NULL::pg_catalog.int4 AS modes
UNION ALL
SELECT
    t.oid, d.name, d.relkind, d.owner, d.file,
    CASE WHEN d.file IS NOT NULL THEN pg_catalog.pg_relation_size(t.oid) END,
    d.indisvalid, d.unvalidated,
    pg_catalog.pg_stat_get_xact_numscans(t.oid), pg_catalog.pg_stat_get_xact_tuples_returned(t.oid),
    pg_catalog.pg_stat_get_xact_tuples_inserted(t.oid), pg_catalog.pg_stat_get_xact_tuples_updated(t.oid),
    pg_catalog.pg_stat_get_xact_tuples_deleted(t.oid), t.modes
FROM told t
LEFT JOIN LATERAL (
    SELECT
        c.relnamespace::pg_catalog.regnamespace::pg_catalog.text OPERATOR(pg_catalog.||) '.' OPERATOR(pg_catalog.||)
            pg_catalog.quote_ident(c.relname) AS name,
        c.relkind,
        COALESCE(i.indrelid, CASE WHEN c.relkind OPERATOR(pg_catalog.=) 't'
            THEN pg_catalog.substring(c.relname::pg_catalog.text, '^pg_toast_([0-9]+)$')::pg_catalog.oid END) AS owner,
        pg_catalog.pg_relation_filenode(c.oid) AS file,
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
UNION ALL
SELECT
    NULL, NULL, NULL, NULL, NULL,
    pg_catalog.pg_wal_lsn_diff(pg_catalog.pg_current_wal_insert_lsn(), '0/0')::pg_catalog.int8,
    NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL;
