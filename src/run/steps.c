#include "run/steps.h"

#include "io/fault.h"
#include "queries.h"
#include "run/in_flight.h"
#include "run/lock_look.h"
#include "run/script_statement.h"
#include "run/timeouts.h"

#include <stdio.h>
#include <string.h>

typedef struct Steps {
    Arena *scratch;
    Target *target;
    const Script *script;
    const StepsOptions *options;
    StepsResult *result;
    ScriptReader *reader;
    LockLook look;
    bool resumes; // until the first statement has run
} Steps;

static bool exec(Steps *steps, const char *sql, Err *err)
{
    return session_exec(steps->target->session, sql, err);
}

static bool query(Steps *steps, const Query *query, int count, const char *const *parameters,
                  Err *err)
{
    Rows rows;
    return session_query(steps->target->session, steps->scratch,
                         query_text(steps->scratch, query, steps->target->schema), count,
                         parameters, &rows, err);
}

static const char *number(Steps *steps, int64_t value)
{
    return arena_printf(steps->scratch, "%lld", (long long)value);
}

// The role that the script has set must not write our tables, but the one that the login works as
// (ALTER ROLE ... SET role) must; LOCAL gives it back at the commit.
static bool as_ourselves(Steps *steps, Err *err)
{
    return exec(steps, "SET LOCAL SESSION AUTHORIZATION DEFAULT", err) &&
           exec(steps, "SET LOCAL role TO DEFAULT", err);
}

static bool count_done(Steps *steps, int done, Err *err)
{
    const char *parameters[] = {steps->options->version, steps->options->run_id,
                                number(steps, done)};
    return as_ourselves(steps, err) &&
           query(steps, &QUERY_HISTORY_STATEMENTS_DONE, 3, parameters, err) &&
           exec(steps, "COMMIT", err);
}

static bool begin(Steps *steps, const char *sql, Err *err)
{
    TimeoutParameters timeouts;
    timeouts_parameters(&steps->options->transaction, &timeouts);
    return exec(steps, sql, err) &&
           query(steps, timeouts.query, timeouts.count, timeouts.values, err);
}

// As begin(), for statements of the script: what makes an autovacuum give way comes first.
static bool begin_unit(Steps *steps, const char *sql, Err *err)
{
    bool ok = begin(steps, sql, err);
    for (const char *const *before = steps->look.before; ok && *before; before++)
        ok = exec(steps, *before, err);
    return ok;
}

static bool run_one(Steps *steps, const Statement *statement, Err *err)
{
    return script_statement_run(steps->target->session, script_splitter(steps->reader), statement,
                                err);
}

static bool run_single(Steps *steps, const Statement *statement, Err *err)
{
    if (!begin_unit(steps, "BEGIN", err) || !run_one(steps, statement, err))
        return false;
    FAULT_POINT("steps.single");
    return count_done(steps, steps->result->done + 1, err);
}

// From the script's BEGIN to its COMMIT; the counter commits with it.
static bool run_block(Steps *steps, const Statement *opening, int *ret_statements, Err *err)
{
    if (!begin_unit(steps, opening->text.p, err))
        return false;
    for (int statements = 0;; statements++) {
        Statement statement;
        SplitResult got = splitter_next(script_splitter(steps->reader), &statement, err);
        if (got != SPLIT_STATEMENT)
            return got == SPLIT_END
                       ? fail(err, ERR_IO, "%s changed while it was being run", steps->script->path)
                       : false;
        if (statement.class == STATEMENT_COMMIT) {
            *ret_statements = statements;
            FAULT_POINT("steps.block");
            return count_done(steps, steps->result->done + statements, err);
        }
        if (!run_one(steps, &statement, err))
            return false;
    }
}

// CONCURRENTLY and plain VACUUM wait without blocking anybody; what takes a strong lock is bounded.
static int64_t lock_timeout_of(const Steps *steps, const Statement *statement)
{
    char label[128];
    statement_label(statement, label, sizeof label);
    Str text = str_from(label);
    bool is_strong = (str_starts(text, STR("REINDEX")) || str_starts(text, STR("CLUSTER")) ||
                      str_starts(text, STR("VACUUM FULL"))) &&
                     str_find(text, STR("CONCURRENTLY")) < 0;
    return is_strong ? steps->options->transaction.lock_timeout_ms : 0;
}

static bool announce(Steps *steps, const Statement *statement, Err *err)
{
    enum {
        SQL_SHOWN = 2000
    };
    Str shown = statement->text;
    if (shown.n > SQL_SHOWN)
        shown.n = SQL_SHOWN;
    const char *sql = arena_dup(steps->scratch, shown);
    const char *parameters[] = {steps->options->version, steps->options->run_id,
                                number(steps, steps->result->done + 1), sql,
                                steps->options->direction};
    return begin(steps, "BEGIN", err) && as_ourselves(steps, err) &&
           query(steps, &QUERY_HISTORY_STATEMENT_STARTED, 5, parameters, err) &&
           exec(steps, "COMMIT", err);
}

static bool count_outside(Steps *steps, Err *err)
{
    return begin(steps, "BEGIN", err) && count_done(steps, steps->result->done + 1, err);
}

static void tell_found(Steps *steps, const InFlight *found)
{
    event_emit(steps->options->sink,
               &(Event){.kind = EVENT_WARNING,
                        .version = steps->options->version,
                        .message = "taking up a statement that was interrupted",
                        .detail = found->explanation});
}

// A statement that an earlier run may have finished, half finished, or not begun. `ret_is_settled`:
// it is counted.
static bool settle_interrupted(Steps *steps, const Statement *statement, bool *ret_is_settled,
                               Err *err)
{
    InFlight found;
    *ret_is_settled = false;
    if (!in_flight_inspect(steps->scratch, steps->target->session, statement->text, &found, err))
        return false;
    bool is_open = found.verdict == IN_FLIGHT_UNKNOWN && !steps->options->runs_unknown;
    if (found.verdict == IN_FLIGHT_BUSY || is_open) {
        fail(err, ERR_CHECK, "version %s: statement %d was interrupted: %s",
             steps->options->version, steps->result->done + 1, found.explanation);
        err_at(err, steps->script->path, statement->position);
        return found.verdict == IN_FLIGHT_BUSY
                   ? err_hint(err, "wait until it is done, then run the same command again")
                   : err_hint(err, "look, then decide: migrate-safe recover");
    }
    tell_found(steps, &found);
    for (size_t i = 0; i < found.repairs.len; i++) {
        FAULT_POINT("recover.repair");
        if (!exec(steps, found.repairs.items[i], err))
            return err_note(err, "%s", found.repairs.items[i]);
    }
    *ret_is_settled = found.verdict == IN_FLIGHT_DONE || found.verdict == IN_FLIGHT_FINISH;
    return !*ret_is_settled || count_outside(steps, err);
}

// Objects that were there before, or were not; a lock that was not got. PostgreSQL finds these
// before it commits anything of the statement.
static bool changed_nothing(const Err *err)
{
    static const char *const STATES[] = {"42P07", "42P04", "42710", "42704",
                                         "42P01", "3D000", "55P03"};
    for (size_t i = 0; i < sizeof STATES / sizeof STATES[0]; i++)
        if (err->class == ERR_SERVER && strcmp(err->sqlstate, STATES[i]) == 0)
            return true;
    return false;
}

// A name that is taken may be taken by a build that failed, or by one that is going on.
static void explain_taken(Steps *steps, const Statement *statement, Err *err)
{
    InFlight found;
    Err ignored = {0};
    if (strcmp(err->sqlstate, "42P07") != 0 ||
        !in_flight_inspect(steps->scratch, steps->target->session, statement->text, &found,
                           &ignored))
        return;
    if (found.verdict == IN_FLIGHT_BUSY)
        err_detail(err, "%s", found.explanation);
    if (found.verdict != IN_FLIGHT_REPAIR)
        return;
    err_detail(err, "that index is INVALID and was there before this migration");
    err_hint(err, "if nobody needs it: %s", found.repairs.items[0]);
}

// Not in flight where it changed nothing: what is there is not its work, and the next run must not
// take it for that.
static bool fail_outside(Steps *steps, const Statement *statement, Err *err)
{
    Err ignored = {0};
    if (!changed_nothing(err) || !session_is_alive(steps->target->session))
        return false;
    explain_taken(steps, statement, err);
    const char *parameters[] = {steps->options->version, steps->options->run_id,
                                number(steps, steps->result->done + 1), err->sqlstate};
    steps->result->is_in_flight =
        !begin(steps, "BEGIN", &ignored) || !as_ourselves(steps, &ignored) ||
        !query(steps, &QUERY_HISTORY_STATEMENT_FAILED, 4, parameters, &ignored) ||
        !exec(steps, "COMMIT", &ignored);
    return false;
}

static bool run_outside(Steps *steps, const Statement *statement, Err *err)
{
    bool is_settled = false;
    if (steps->resumes && !settle_interrupted(steps, statement, &is_settled, err)) {
        steps->result->is_in_flight = true;
        return false;
    }
    if (is_settled)
        return true;
    const char *set =
        arena_printf(steps->scratch, "SET lock_timeout = %lld; SET statement_timeout = %lld",
                     (long long)lock_timeout_of(steps, statement),
                     (long long)steps->options->transaction.statement_timeout_ms);
    if (!announce(steps, statement, err) || !exec(steps, set, err))
        return false;
    FAULT_POINT("steps.announced");
    steps->result->is_in_flight = true; // until it is counted
    if (!run_one(steps, statement, err))
        return fail_outside(steps, statement, err);
    if (!in_flight_check_built(steps->scratch, steps->target->session, statement->text, err))
        return false;
    FAULT_POINT("steps.ran");
    if (!count_outside(steps, err))
        return false;
    FAULT_POINT("steps.counted");
    steps->result->is_in_flight = false;
    return true;
}

// In a transaction with its counter if it bears one; tried there, since only running it tells.
static bool run_alone(Steps *steps, const Statement *statement, Err *err)
{
    if (run_single(steps, statement, err))
        return true;
    if (statement->class != STATEMENT_TRANSACTIONAL || !script_statement_wants_none(err))
        return false;
    session_rollback(steps->target->session);
    *err = (Err){0};
    return run_outside(steps, statement, err);
}

// Runs the unit that starts with this statement.
static bool run_unit(Steps *steps, const Statement *statement, Err *err)
{
    ArenaMark mark = arena_mark(steps->scratch);
    int statements = 1;
    bool ok = statement->class == STATEMENT_BEGIN ? run_block(steps, statement, &statements, err)
              : statement->class == STATEMENT_NOT_TRANSACTIONAL ? run_outside(steps, statement, err)
                                                                : run_alone(steps, statement, err);
    arena_release(steps->scratch, mark);
    if (!ok)
        return false;
    steps->result->done += statements;
    steps->resumes = false;
    return true;
}

// Does it change the session beyond its own transaction?
static bool is_session_setting(Str text)
{
    static const Str PASSING[] = {{"local", 5}, {"constraints", 11}, {"transaction", 11}};
    if (str_starts_nocase(text, STR("reset")) ||
        str_starts_nocase(text, STR("select pg_catalog.set_config(")) ||
        str_starts_nocase(text, STR("select set_config(")))
        return true;
    if (!str_starts_nocase(text, STR("set")) || text.n < 5)
        return false;
    Str rest = str_trim(str_skip(text, 3));
    for (size_t i = 0; i < sizeof PASSING / sizeof PASSING[0]; i++)
        if (str_starts_nocase(rest, PASSING[i]))
            return false;
    return true;
}

// SET and RESET of the statements that are done hold for those to come.
static bool replay_setting(Steps *steps, const Statement *statement, Err *err)
{
    return !is_session_setting(statement->text) || exec(steps, statement->text.p, err);
}

// Opens the script behind the statements that are done.
static bool reopen(Steps *steps, Err *err)
{
    script_close(steps->reader);
    steps->reader = NULL;
    if (!script_open(steps->script, &steps->reader, err))
        return false;
    for (int done = 0; done < steps->result->done;) {
        Statement statement;
        SplitResult got = splitter_next(script_splitter(steps->reader), &statement, err);
        if (got != SPLIT_STATEMENT)
            return got == SPLIT_END
                       ? fail(err, ERR_IO, "%s has fewer statements than are done already",
                              steps->script->path)
                       : false;
        if (!replay_setting(steps, &statement, err))
            return false;
        done += statement.class != STATEMENT_BEGIN && statement.class != STATEMENT_COMMIT;
    }
    return true;
}

static void restart_wait(const Steps *steps, LockWait *wait)
{
    const StepsOptions *options = steps->options;
    lock_wait_init(wait, options->lock_deadline_ms, options->sink, options->version);
    wait->seen = &options->progress->seen;
}

static bool run_units(Steps *steps, Err *err)
{
    LockWait wait;
    restart_wait(steps, &wait);
    if (!reopen(steps, err))
        return false;
    for (;;) {
        Statement statement;
        SplitResult got = splitter_next(script_splitter(steps->reader), &statement, err);
        if (got != SPLIT_STATEMENT)
            return got == SPLIT_END;
        if (statement.class == STATEMENT_COMMIT)
            continue; // of the block that a resumed run found done
        bool can_yield = statement.class != STATEMENT_NOT_TRANSACTIONAL;
        if (!lock_look_wait(&steps->look, steps->target->session, steps->result->done, can_yield,
                            &wait, err))
            return false;
        if (run_unit(steps, &statement, err)) {
            restart_wait(steps, &wait);
            continue;
        }
        session_rollback(steps->target->session);
        if (steps->result->is_in_flight || !lock_wait_again(&wait, err) || !reopen(steps, err))
            return false;
        progress_watch_attempt(steps->options->progress);
        lock_look_learn(&steps->look, steps->result->done, &steps->options->progress->seen);
    }
}

bool steps_run(Arena *arena, Target *target, const Script *script, const StepsOptions *options,
               StepsResult *ret_result, Err *err)
{
    *ret_result = (StepsResult){.done = options->skip};
    Steps steps = {
        .scratch = arena,
        .target = target,
        .script = script,
        .options = options,
        .result = ret_result,
        .resumes = options->resumes,
    };
    Err ignored = {0};
    lock_look_init(&steps.look, arena, script, session_server_major(target->session),
                   options->transaction.lock_timeout_ms);
    bool ok = run_units(&steps, err);
    script_close(steps.reader);
    // What the script left behind, whether it failed or not.
    if (session_is_alive(target->session) &&
        !session_exec(target->session, "RESET SESSION AUTHORIZATION; RESET ROLE; RESET ALL",
                      ok ? err : &ignored))
        return false;
    return ok;
}
