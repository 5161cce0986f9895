#include "run/store.h"

#include "config.h"
#include "io/fault.h"
#include "queries.h"
#include "sql/quote.h"

#include <stdio.h>

static const Query *const STEPS[] = {&QUERY_STORE_STEP_1, &QUERY_STORE_STEP_2, &QUERY_STORE_STEP_3,
                                     &QUERY_STORE_STEP_4};
enum {
    STEP_COUNT = sizeof STEPS / sizeof STEPS[0]
};

static bool current_step(Arena *arena, Target *target, int *ret_step, Err *err)
{
    *ret_step = 0;
    if (!target->has_history)
        return true;
    Rows rows;
    if (!session_query(target->session, arena,
                       query_text(arena, &QUERY_STORE_VERSION, target->schema), 0, NULL, &rows,
                       err))
        return false;
    *ret_step = (int)rows_int(&rows, 0, 0);
    return true;
}

static bool make_schema(Arena *arena, Target *target, Err *err)
{
    Rows rows;
    const char *quoted = quote_identifier(arena, target->schema);
    if (!session_query(target->session, arena, "SELECT pg_catalog.to_regnamespace($1) IS NOT NULL",
                       1, &quoted, &rows, err))
        return false;
    return rows_bool(&rows, 0, 0) ||
           session_exec(target->session, arena_printf(arena, "CREATE SCHEMA %s", quoted), err);
}

static bool take_step(Arena *arena, Target *target, int step, Err *err)
{
    char number[16];
    snprintf(number, sizeof number, "%d", step);
    const char *parameters[] = {number, MIGRATE_SAFE_VERSION};
    Rows rows;
    return session_exec(target->session, query_text(arena, STEPS[step - 1], target->schema), err) &&
           session_query(target->session, arena,
                         query_text(arena, &QUERY_STORE_RECORD_STEP, target->schema), 2, parameters,
                         &rows, err);
}

bool store_ensure(Arena *arena, Target *target, Err *err)
{
    int step;
    if (!current_step(arena, target, &step, err))
        return false;
    if (step == STEP_COUNT)
        return true;
    if (step > STEP_COUNT) {
        fail(err, ERR_CONFIG,
             "schema %s was written by a newer migrate-safe (step %d, this one knows %d)",
             target->schema, step, STEP_COUNT);
        return err_hint(err, "upgrade migrate-safe");
    }
    bool ok = session_exec(target->session, "BEGIN", err) && make_schema(arena, target, err);
    while (ok && step < STEP_COUNT)
        ok = take_step(arena, target, ++step, err);
    FAULT_POINT("store.step");
    ok = ok && session_exec(target->session, "COMMIT", err);
    if (!ok) {
        session_rollback(target->session);
        err_note(err, "making the schema %s", target->schema);
        if (str_eq(str_from(err->sqlstate), STR("42501")))
            err_hint(err, "let an owner run: CREATE SCHEMA %s AUTHORIZATION %s",
                     quote_identifier(arena, target->schema),
                     quote_identifier(arena, session_user(target->session)));
        return false;
    }
    target->has_history = target->has_snapshots = true;
    FAULT_POINT("up.store");
    return true;
}
