-- A statement that cannot run in a transaction is about to run: named before, settled by history/statements_done.
-- $1 version, $2 run, $3 number of the statement (from 1), $4 its text (cut), $5 direction.
INSERT INTO migrate_safe.journal (run_id, event, version, detail)
VALUES (
    $2::pg_catalog.uuid, 'statement_started', $1,
    pg_catalog.jsonb_build_object('statement', $3::pg_catalog.int4, 'sql', $4::pg_catalog.text, 'direction', $5::pg_catalog.text));
