-- A statement that was announced by history/statement_started failed before it changed anything: it is not in flight.
-- $1 version, $2 run, $3 number of the statement (from 1), $4 SQLSTATE.
INSERT INTO migrate_safe.journal (run_id, event, version, detail)
VALUES (
    $2::pg_catalog.uuid, 'statement_failed', $1,
    pg_catalog.jsonb_build_object('statement', $3::pg_catalog.int4, 'sqlstate', $4::pg_catalog.text));
