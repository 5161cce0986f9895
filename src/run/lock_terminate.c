#include "run/lock_terminate.h"

#include "base/require.h"
#include "io/clock.h"
#include "io/json.h"
#include "queries.h"

enum {
    PATIENCE_MS = 5000,
    LOOK_EVERY_MS = 20
};

const char *lock_outcome_word(LockOutcome outcome)
{
    static const char *const WORDS[] = {
#define X(name, word) [name] = (word),
        LOCK_OUTCOMES(X)
#undef X
    };
    return WORDS[outcome];
}

static bool wait_until_gone(Arena *arena, Target *target, const LockSession *session,
                            LockTermination *termination, Err *err)
{
    const char *parameters[] = {arena_printf(arena, "%d", session->pid), session->begun};
    int64_t start_us = clock_monotonic_us();
    for (;;) {
        ArenaMark mark = arena_mark(arena);
        Rows rows;
        if (!session_query(target->session, arena, QUERY_ACTIVITY_IS_THERE.text, 2, parameters,
                           &rows, err))
            return false;
        bool is_there = rows_bool(&rows, 0, 0);
        arena_release(arena, mark);
        termination->waited_ms = clock_elapsed_ms(start_us);
        termination->outcome = is_there ? LOCK_OUTCOME_STAYS : LOCK_OUTCOME_ENDED;
        if (!is_there || termination->waited_ms > PATIENCE_MS)
            return true;
        if (!clock_sleep_ms(LOOK_EVERY_MS))
            return fail(err, ERR_INTERRUPTED, "interrupted: pid %d was asked to end", session->pid);
    }
}

static bool end(Arena *arena, Target *target, const LockSession *session, bool is_named,
                LockTermination *termination, Err *err)
{
    const char *parameters[] = {arena_printf(arena, "%d", session->pid), session->begun,
                                is_named ? NULL : session->transaction_begun};
    Rows rows;
    Err refused = {0};
    if (!session_query(target->session, arena, QUERY_ACTIVITY_TERMINATE.text, 3, parameters, &rows,
                       &refused)) {
        if (refused.class != ERR_SERVER) {
            *err = refused;
            return false;
        }
        termination->outcome = LOCK_OUTCOME_FAILED;
        termination->err = refused;
        return true;
    }
    if (!rows.count || !rows_bool(&rows, 0, 0)) {
        termination->outcome = LOCK_OUTCOME_GONE;
        return true;
    }
    return wait_until_gone(arena, target, session, termination, err);
}

// Without the statement: it may hold what no table of ours shall keep.
static const char *detail_of(Arena *arena, const LockSession *session, const LockTarget *chosen,
                             const LockTermination *termination)
{
    JSON_SCOPED detail = json_object();
    json_put(detail, "pid", json_integer(session->pid));
    json_put(detail, "user", json_cstr(session->user));
    json_put(detail, "application", json_cstr(session->application));
    json_put(detail, "client", json_cstr(session->client));
    json_put(detail, "state", json_cstr(session->state));
    json_put(detail, "rule", json_cstr(chosen->rule->text));
    json_put(detail, "why", json_cstr(chosen->why));
    json_put(detail, "outcome", json_cstr(lock_outcome_word(termination->outcome)));
    return json_line(arena, detail);
}

static bool journal(Arena *arena, Target *target, const char *run_id, const char *detail, Err *err)
{
    const char *parameters[] = {run_id, "session_terminated", NULL, detail};
    Rows rows;
    bool ok =
        session_exec(target->session,
                     "BEGIN; SELECT pg_catalog.set_config('lock_timeout', '1000', true)", err) &&
        session_query(target->session, arena,
                      query_text(arena, &QUERY_HISTORY_JOURNAL, target->schema), 4, parameters,
                      &rows, err) &&
        session_exec(target->session, "COMMIT", err);
    if (!ok)
        session_rollback(target->session);
    return ok;
}

bool lock_terminate(Arena *arena, Target *target, const LockScreen *screen,
                    const LockTarget *chosen, const char *run_id, LockTermination *ret_termination,
                    Err *err)
{
    const LockSession *session = &screen->sessions.items[chosen->session];
    LockTermination termination = {0};
    REQUIRE(!chosen->refused && session->pid);
    bool is_named = chosen->rule->kind == LOCK_RULE_PID;
    bool ok = end(arena, target, session, is_named, &termination, err);
    bool is_asked = !ok || termination.outcome == LOCK_OUTCOME_ENDED ||
                    termination.outcome == LOCK_OUTCOME_STAYS;
    if (is_asked && session_is_alive(target->session))
        termination.is_journaled =
            journal(arena, target, run_id, detail_of(arena, session, chosen, &termination),
                    &termination.unjournaled);
    *ret_termination = termination;
    return ok;
}
