#include "run/integrity/integrity.h"

#include "io/clock.h"
#include "run/integrity/integrity_private.h"
#include "run/target.h"

enum {
    FIRST_WITH_TRANSACTION_TIMEOUT = 17
};

bool integrity_wants(const Examination *examination, IntegrityId id)
{
    return examination->kinds & INTEGRITY_BIT(id);
}

// Constraints would keep the planner from looking where the catalogue says that there is nothing.
const char *integrity_settings(Arena *arena, const Session *session)
{
    return arena_printf(
        arena,
        "SET LOCAL constraint_exclusion = off; SET LOCAL row_security = off; SET LOCAL "
        "lock_timeout = 200; SET LOCAL jit = off;"
        "SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0;%s",
        session_server_major(session) >= FIRST_WITH_TRANSACTION_TIMEOUT
            ? "SET LOCAL transaction_timeout = 0;"
            : "");
}

bool integrity_go_back(const Examination *examination, Err *err)
{
    return session_exec(examination->session,
                        "ROLLBACK TO SAVEPOINT " INTEGRITY_SAVEPOINT "; SET LOCAL search_path = ''",
                        err);
}

static bool open_transaction(Examination *examination, Err *err)
{
    Arena *arena = examination->arena;
    Session *session = examination->session;
    bool is_one = !examination->options->url || examination->options->jobs <= 1;
    Rows rows;
    if (!session_exec(session,
                      arena_printf(arena, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;%s",
                                   integrity_settings(arena, session)),
                      err))
        return false;
    if (is_one)
        return true;
    if (!session_query(session, arena, "SELECT pg_catalog.pg_export_snapshot()", 0, NULL, &rows,
                       err))
        return err_note(err, "sharing the snapshot");
    examination->snapshot = rows_text(&rows, 0, 0);
    return true;
}

bool integrity_begin(Examination *examination, Err *err)
{
    return open_transaction(examination, err) &&
           session_exec(examination->session, "SAVEPOINT " INTEGRITY_SAVEPOINT, err) &&
           integrity_go_back(examination, err);
}

static bool examine(Examination *examination, Err *err)
{
    return integrity_begin(examination, err) && integrity_read_scope(examination, err) &&
           integrity_read_facts(examination, err) && integrity_list_jobs(examination, err) &&
           integrity_work(examination, err) && integrity_go_back(examination, err) &&
           integrity_judge(examination, err);
}

bool integrity_examine(Arena *arena, Session *session, const IntegrityOptions *options,
                       CheckList *checks, Err *err)
{
    Examination examination = {
        .arena = arena,
        .session = session,
        .options = options,
        .checks = checks,
        .kinds = options->kinds ? options->kinds : INTEGRITY_ALL,
        .schema = options->schema ? options->schema : TARGET_DEFAULT_SCHEMA,
        .started_us = clock_monotonic_us(),
    };
    bool ok = examine(&examination, err);
    session_rollback(session);
    return ok;
}
