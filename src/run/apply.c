#include "run/apply.h"

#include "config.h"
#include "io/clock.h"
#include "io/fault.h"
#include "io/interrupt.h"
#include "io/json.h"
#include "queries.h"
#include "run/lock_look.h"
#include "run/progress.h"
#include "run/script.h"
#include "run/settle.h"
#include "run/steps.h"
#include "run/table_record.h"
#include "run/timeouts.h"
#include "run/transaction.h"

#include <stdio.h>
#include <string.h>

enum {
    LOCK_TIMEOUT_MS = 100,
    LOCK_DEADLINE_MS = 10 * 60 * 1000,
    FINISH_PARAMETERS = 7 // of history/finish_steps
};

typedef struct Apply {
    Arena *arena; // one migration's; released after it
    Target *target;
    const Plan *plan;
    const Step *step;
    const ApplyOptions *options;
    StepResult *result;
    Progress *progress;
    int64_t start_us;
} Apply;

static Event step_event(const Apply *apply, EventKind kind)
{
    const Step *step = apply->step;
    const Script *script = &step->script;
    return (Event){
        .kind = kind,
        .run_id = apply->options->run_id,
        .command = apply->options->command,
        .version = step->version,
        .name = step->name,
        .file = script->path,
        .total = step->shape.statements,
        .done = apply->result->statements_done,
        .duration_ms = clock_elapsed_ms(apply->start_us),
    };
}

static void on_notice(void *context, const Notice *notice)
{
    const Apply *apply = context;
    Event event = step_event(apply, EVENT_NOTICE);
    event.severity = notice->severity;
    event.message = notice->message;
    event.detail = notice->detail;
    event_emit(apply->options->sink, &event);
}

static void on_progress(void *context, int done)
{
    Apply *apply = context;
    apply->result->statements_done = done;
    Event event = step_event(apply, EVENT_STATEMENT_DONE);
    event_emit(apply->options->sink, &event);
}

static Verify verify_of(const Apply *apply)
{
    return (Verify){.script = apply->step->verify, .up = &apply->step->script};
}

static TransactionOptions transaction_options(Apply *apply)
{
    const ApplyOptions *options = apply->options;
    const Directives *said = &apply->step->script.directives;
    int64_t statement_timeout =
        said->statement_timeout_ms ? said->statement_timeout_ms : options->statement_timeout_ms;
    return (TransactionOptions){
        .begin = apply->step->shape.begin,
        .lock_timeout_ms = said->lock_timeout_ms      ? said->lock_timeout_ms
                           : options->lock_timeout_ms ? options->lock_timeout_ms
                                                      : LOCK_TIMEOUT_MS,
        .statement_timeout_ms = statement_timeout > 0 ? statement_timeout : 0,
        .idle_timeout_ms = options->idle_timeout_ms,
        .transaction_timeout_ms = options->transaction_timeout_ms,
        .lock_key = apply->target->lock_key,
        .on_progress = on_progress,
        .progress_context = apply,
    };
}

static int64_t lock_deadline(const ApplyOptions *options)
{
    return options->lock_deadline_ms ? options->lock_deadline_ms : LOCK_DEADLINE_MS;
}

static const char *number(Apply *apply, int64_t value)
{
    return arena_printf(apply->arena, "%lld", (long long)value);
}

static const char *journal_detail(Apply *apply)
{
    JSON_SCOPED detail = json_object();
    const Script *script = &apply->step->script;
    json_put(detail, "command", json_cstr(apply->options->command));
    json_put(detail, "file", json_cstr(script->path));
    json_put(detail, "statements", json_integer(apply->step->shape.statements));
    if (apply->options->rehearsal)
        json_put(detail, "rehearsal", json_cstr(apply->options->rehearsal));
    if (apply->options->rehearsal_passed)
        json_put(detail, "rehearsal_passed_over_by", json_cstr(apply->options->rehearsal_passed));
    if (apply->options->approvals.len)
        json_put(detail, "approvals",
                 json_words(apply->options->approvals.items, apply->options->approvals.len));
    if (apply->options->approvals_passed)
        json_put(detail, "approvals_passed_over_by", json_cstr(apply->options->approvals_passed));
    if (apply->options->approvals.len || apply->options->approvals_passed)
        json_put(detail, "plan_digest", json_cstr(apply->plan->digest));
    return json_line(apply->arena, detail);
}

// Parameters 1 to 12 of history/record_applied, record_repeatable, begin_steps,
// begin_repeatable_steps.
static void history_parameters(Apply *apply, const char **parameters)
{
    const Migration *migration = apply->step->migration;
    parameters[0] = apply->step->version;
    parameters[1] = migration->name;
    parameters[2] = migration->layout;
    parameters[3] = migration_kind_word(migration->kind);
    parameters[4] = migration->up.checksum;
    parameters[5] = script_kept_text(apply->arena, &apply->step->script);
    parameters[6] = script_kept_text(apply->arena, &migration->down);
    parameters[7] = number(apply, apply->step->shape.statements);
    parameters[8] = apply->options->run_id;
    parameters[9] = apply->plan->digest;
    parameters[10] = apply->options->backup_id;
    parameters[11] = MIGRATE_SAFE_VERSION;
}

// Its row may be there from an earlier run.
static bool is_repeatable(const Step *step)
{
    return step->migration && step->migration->kind == MIGRATION_REPEATABLE;
}

static const char *our_query(Apply *apply, const Query *query)
{
    return query_text(apply->arena, query, apply->target->schema);
}

static bool run_query(Apply *apply, const Query *query, int count, const char *const *parameters,
                      Err *err)
{
    Rows rows;
    return session_query(apply->target->session, apply->arena, our_query(apply, query), count,
                         parameters, &rows, err);
}

// The version as the source spells it; history may have spelled it otherwise.
static const char *row_version(const Apply *apply)
{
    const Step *step = apply->step;
    return step->migration ? step->migration->version : step->version;
}

static const Record *row_record(Apply *apply, int64_t lock_timeout_ms)
{
    bool is_up = apply->step->direction == DIRECTION_UP;
    return table_record(apply->arena, apply->target, is_up ? TABLE_APPLIED : TABLE_REVERTED,
                        row_version(apply), apply->step->version, lock_timeout_ms);
}

// Division by zero: see table/record_applied.
static bool is_row_refused(const Apply *apply, const Err *err)
{
    return apply->target->table && apply->step->direction == DIRECTION_UP &&
           strcmp(err->sqlstate, "22012") == 0;
}

// A level asked for in the middle of a script; at its beginning our BEGIN asks for it (shape.c).
static void explain_isolation(Err *err)
{
    if (strstr(err->message, "ISOLATION LEVEL must be called before any query"))
        err_hint(err, "say it in BEGIN: BEGIN ISOLATION LEVEL SERIALIZABLE; ... COMMIT;");
}

// What a failure inside our own part of a transaction means.
static void explain_ours(Apply *apply, FailedAt failed_at, Err *err)
{
    // 25001 active_sql_transaction, 2D000 invalid_transaction_termination (COMMIT in DO or a
    // procedure)
    bool wants_none = strcmp(err->sqlstate, "25001") == 0 || strcmp(err->sqlstate, "2D000") == 0;
    if (err->class != ERR_SERVER)
        return;
    if (failed_at == FAILED_AT_STATEMENT && wants_none &&
        !strstr(err->message, "must be called before any query"))
        err_hint(
            err,
            "it cannot be part of a transaction: write -- migrate-safe: no-transaction at the top "
            "of the file, and it runs statement by statement");
    if (failed_at == FAILED_AT_VERIFY) {
        err_note(err, "verify");
        if (!err->hint[0])
            err_hint(err, "correct the migration, or what its verify asks for");
    }
    if (failed_at == FAILED_AT_BEGIN && strcmp(err->sqlstate, "22012") == 0) {
        fail(err, ERR_CHECK, "another runner took over the runner's lock");
        err_hint(err, "see what it did: migrate-safe status");
    } else if (failed_at == FAILED_AT_RECORD && is_row_refused(apply, err)) {
        table_record_explain(apply->arena, apply->target, row_version(apply), err);
    } else if (failed_at == FAILED_AT_RECORD) {
        err_note(err, "recording version %s in %s", apply->step->version, apply->target->schema);
    } else if (failed_at == FAILED_AT_COMMIT) {
        err_note(err, "at COMMIT of version %s", apply->step->version);
        err_at(err, apply->step->script.path, (Position){1, 1});
    }
}

// A lock that was not got says nothing about what was to be verified.
static bool fail_at(FailedAt failed_at, Err *err)
{
    if (failed_at == FAILED_AT_VERIFY && err->class == ERR_SERVER && !lock_wait_is_failure(err))
        err->class = ERR_VERIFY;
    return false;
}

// The answer to COMMIT was lost: the history row tells, once the backend that ran it has ended.
static bool settle_commit(Apply *apply, Err *err)
{
    bool is_up = apply->step->direction == DIRECTION_UP;
    bool is_committed;
    Err lost = *err;
    event_emit(apply->options->sink,
               &(Event){.kind = EVENT_WARNING,
                        .version = apply->step->version,
                        .message = "the answer to COMMIT was lost, asking the server again",
                        .detail = lost.message});
    if (!settle_lost_commit(apply->arena, apply->target, apply->step->version,
                            apply->options->run_id, is_up, apply->options->sink, &is_committed,
                            err)) {
        if (err->class != ERR_INTERRUPTED)
            *err = lost;
        return false;
    }
    session_set_notice(apply->target->session, on_notice, apply);
    apply->result->statements_done = is_committed ? apply->step->shape.statements : 0;
    if (is_committed)
        return true;
    apply->result->state = STEP_FAILED;
    *err = lost;
    return false;
}

static bool run_one_transaction(Apply *apply, const Query *query, int count,
                                const char *const *parameters, Err *err)
{
    TransactionOptions options = transaction_options(apply);
    Record record = {our_query(apply, query), count, parameters,
                     row_record(apply, options.lock_timeout_ms)};
    Verify verify = verify_of(apply);
    if (step_is_verified(apply->step))
        options.verify = &verify;
    LockWait wait;
    LockLook look;
    lock_wait_init(&wait, lock_deadline(apply->options), apply->options->sink,
                   apply->step->version);
    wait.seen = &apply->progress->seen;
    lock_look_init(&look, apply->arena, &apply->step->script,
                   session_server_major(apply->target->session), options.lock_timeout_ms);
    for (;;) {
        TransactionResult result;
        if (!lock_look_wait(&look, apply->target->session, LOOK_ALL, true, &wait, err))
            return false;
        options.before = look.before;
        bool ok = transaction_run(apply->target->session, &apply->step->script, &record, &options,
                                  &result, err);
        apply->result->statements_done = ok ? result.statements : 0;
        if (ok)
            return true;
        apply->result->state = result.is_commit_unknown ? STEP_UNKNOWN : STEP_FAILED;
        if (result.failed_at == FAILED_AT_READING && err->class == ERR_SERVER)
            err->class = ERR_IO;
        if (result.is_commit_unknown)
            return settle_commit(apply, err);
        explain_ours(apply, result.failed_at, err);
        if (!lock_wait_again(&wait, err))
            return fail_at(result.failed_at, err);
        progress_watch_attempt(apply->progress);
        lock_look_learn(&look, LOOK_ALL, &apply->progress->seen);
    }
}

// Nothing was committed, so nothing is dirty.
static void abandon_steps(Apply *apply)
{
    Err ignored = {0};
    const char *parameters[] = {apply->step->version, apply->options->run_id};
    const Query *query = apply->step->direction == DIRECTION_UP ? &QUERY_HISTORY_ABANDON_STEPS
                                                                : &QUERY_HISTORY_ABANDON_DOWN_STEPS;
    if (run_query(apply, query, 2, parameters, &ignored))
        apply->result->state = STEP_FAILED;
}

// A resumed migration may have been corrected behind the statements that are done, not in them.
static bool check_done_part(Apply *apply, Err *err)
{
    const AppliedMigration *row = apply->step->applied;
    const char *up;
    const char *down;
    Script stored;
    Script written = script_as_written(&apply->step->script);
    bool is_same = false;
    if (apply->step->direction == DIRECTION_DOWN ||
        strcmp(row->checksum, apply->step->script.checksum) == 0)
        return true;
    if (!target_texts(apply->arena, apply->target, row->version, &up, &down, err))
        return false;
    if (up && (!script_from_text(apply->arena, "(stored)", str_from(up), (Position){1, 1}, &stored,
                                 err) ||
               !script_same_beginning(&stored, &written, (int)row->statements_done, &is_same, err)))
        return false;
    if (is_same)
        return true;
    fail(err, ERR_CHECK,
         "version %s was edited in the part that has run (its first %lld statements)", row->version,
         (long long)row->statements_done);
    err_at(err, apply->step->script.path, (Position){1, 1});
    return err_hint(
        err,
        "put those statements back (the history keeps them: up_sql), or see: migrate-safe recover");
}

// The history row of a migration in steps. With the connection lost nobody knows whether it was
// written.
static bool record_steps(Apply *apply, const Query *query, int count, const char *const *parameters,
                         Err *err)
{
    if (run_query(apply, query, count, parameters, err))
        return true;
    if (err->class == ERR_CONNECTION)
        apply->result->state = STEP_UNKNOWN;
    return false;
}

// The end of a migration in steps: what it did is committed already.
static bool finish_steps(Apply *apply, const Query *query, int count, const char *const *parameters,
                         Err *err)
{
    Record record = {our_query(apply, query), count, parameters, row_record(apply, 0)};
    if (record_write(apply->target->session, apply->arena, &record, err))
        return true;
    if (err->class == ERR_CONNECTION)
        apply->result->state = STEP_UNKNOWN;
    if (!is_row_refused(apply, err))
        return false;
    table_record_explain(apply->arena, apply->target, row_version(apply), err);
    return err_hint(err, "all of its statements have run; say so: migrate-safe recover "
                         "--mark-applied");
}

static bool begin_steps(Apply *apply, const char *const *parameters, Err *err)
{
    const Step *step = apply->step;
    bool is_up = step->direction == DIRECTION_UP;
    const char *total = number(apply, step->shape.statements);
    const char *resumed[] = {step->version, apply->options->run_id, total, is_up ? "up" : "down"};
    if (step->resumes)
        return check_done_part(apply, err) &&
               run_query(apply, &QUERY_HISTORY_RESUME_STEPS, 4, resumed, err);
    const char *begun[] = {step->version, apply->options->run_id, total};
    const Query *begin = is_up && is_repeatable(step) ? &QUERY_HISTORY_BEGIN_REPEATABLE_STEPS
                                                      : &QUERY_HISTORY_BEGIN_STEPS;
    return is_up ? record_steps(apply, begin, 12, parameters, err)
                 : record_steps(apply, &QUERY_HISTORY_BEGIN_DOWN_STEPS, 3, begun, err);
}

// Was the statement that comes next begun by an earlier run? What is there is its work only then.
static bool find_announced(Apply *apply, bool *ret_is_announced, Err *err)
{
    const AppliedMigration *row = apply->step->applied;
    Rows rows = {0};
    if (apply->step->resumes && !session_query(apply->target->session, apply->arena,
                                               our_query(apply, &QUERY_HISTORY_IN_FLIGHT), 1,
                                               &apply->step->version, &rows, err))
        return false;
    *ret_is_announced = rows.count && rows_int(&rows, 0, 0) == row->statements_done + 1;
    return true;
}

static bool run_in_steps(Apply *apply, const char *direction, Err *err)
{
    StepsOptions options = {
        .transaction = transaction_options(apply),
        .version = apply->step->version,
        .run_id = apply->options->run_id,
        .direction = direction,
        .lock_deadline_ms = lock_deadline(apply->options),
        .skip = apply->step->resumes ? (int)apply->step->applied->statements_done : 0,
        .runs_unknown = apply->options->runs_unknown,
        .sink = apply->options->sink,
        .progress = apply->progress,
    };
    StepsResult result;
    FAULT_POINT("steps.begun");
    if (!find_announced(apply, &options.resumes, err))
        return false;
    bool ok = steps_run(apply->arena, apply->target, &apply->step->script, &options, &result, err);
    if (!ok)
        explain_isolation(err);
    apply->result->statements_done = result.done;
    apply->result->state = STEP_PARTLY_DONE;
    FAULT_POINT("steps.finished");
    if (!ok && result.done == 0 && !result.is_in_flight && session_is_alive(apply->target->session))
        abandon_steps(apply);
    return ok;
}

// Its statements are committed: verify, and the history row is finished in the same transaction.
// When it fails the row stays dirty, and the next run begins here.
static bool verify_steps(Apply *apply, const char *const *parameters, Err *err)
{
    const Query *query = &QUERY_HISTORY_FINISH_STEPS;
    TransactionOptions options = transaction_options(apply);
    Record record = {our_query(apply, query), FINISH_PARAMETERS, parameters,
                     row_record(apply, options.lock_timeout_ms)};
    Verify verify = verify_of(apply);
    LockWait wait;
    options.begin = NULL;
    options.verify = &verify;
    lock_wait_init(&wait, lock_deadline(apply->options), apply->options->sink,
                   apply->step->version);
    wait.seen = &apply->progress->seen;
    for (;;) {
        TransactionResult result;
        if (transaction_run(apply->target->session, NULL, &record, &options, &result, err))
            return true;
        if (result.is_commit_unknown)
            apply->result->state = STEP_UNKNOWN;
        explain_ours(apply, result.failed_at, err);
        if (!lock_wait_again(&wait, err))
            return fail_at(result.failed_at, err);
        progress_watch_attempt(apply->progress);
    }
}

static bool run_up(Apply *apply, Err *err)
{
    const char *parameters[14];
    history_parameters(apply, parameters);
    if (apply->step->is_one_transaction && !apply->step->resumes) {
        parameters[12] = "applied";
        parameters[13] = journal_detail(apply);
        return run_one_transaction(apply,
                                   is_repeatable(apply->step) ? &QUERY_HISTORY_RECORD_REPEATABLE
                                                              : &QUERY_HISTORY_RECORD_APPLIED,
                                   14, parameters, err);
    }
    if (!begin_steps(apply, parameters, err) || !run_in_steps(apply, "up", err))
        return false;
    const char *finished[FINISH_PARAMETERS] = {
        parameters[0], parameters[8], number(apply, clock_elapsed_ms(apply->start_us)),
        parameters[7], parameters[4], parameters[5],
        parameters[6]};
    if (step_is_verified(apply->step))
        return verify_steps(apply, finished, err);
    return finish_steps(apply, &QUERY_HISTORY_FINISH_STEPS, FINISH_PARAMETERS, finished, err);
}

static bool run_down(Apply *apply, Err *err)
{
    const char *reverted[] = {apply->step->version, apply->options->run_id, journal_detail(apply)};
    if (apply->step->is_one_transaction && !apply->step->resumes)
        return run_one_transaction(apply, &QUERY_HISTORY_RECORD_REVERTED, 3, reverted, err);
    return begin_steps(apply, NULL, err) && run_in_steps(apply, "down", err) &&
           finish_steps(apply, &QUERY_HISTORY_RECORD_REVERTED, 3, reverted, err);
}

// Up and down texts in memory, as far as they fit there: history keeps both.
static bool complete_texts(Apply *apply, Step *step, Err *err)
{
    if (!step->migration || step->direction == DIRECTION_DOWN)
        return true;
    Migration *copy = arena_new_object(apply->arena, Migration);
    *copy = *step->migration;
    if (!script_complete(apply->arena, &copy->down, err) ||
        !script_hold(apply->arena, &step->script, err) ||
        !script_hold(apply->arena, &copy->down, err))
        return false;
    step->migration = copy;
    return true;
}

static void classify_failure(const Apply *apply, Err *err)
{
    bool is_ours = err->class == ERR_SERVER || err->class == ERR_IO || err->class == ERR_CONFIG;
    if (is_ours)
        err->class = apply->step->direction == DIRECTION_UP ? ERR_MIGRATION : ERR_ROLLBACK;
}

static bool run_step(Apply *apply, Step *step, Err *err)
{
    Event started = step_event(apply, EVENT_MIGRATION_STARTED);
    event_emit(apply->options->sink, &started);
    apply->result->state = step->resumes ? STEP_PARTLY_DONE : STEP_FAILED;
    apply->result->statements_done = step->resumes ? (int)step->applied->statements_done : 0;
    bool ok = complete_texts(apply, step, err) &&
              (step->direction == DIRECTION_UP ? run_up(apply, err) : run_down(apply, err));
    apply->result->duration_ms = clock_elapsed_ms(apply->start_us);
    if (ok) {
        apply->result->state = STEP_DONE;
        Event done = step_event(apply, step->direction == DIRECTION_UP ? EVENT_MIGRATION_APPLIED
                                                                       : EVENT_MIGRATION_REVERTED);
        event_emit(apply->options->sink, &done);
        return true;
    }
    TransactionOptions timeouts = transaction_options(apply);
    timeouts_explain(&timeouts, err);
    classify_failure(apply, err);
    Event failed = step_event(apply, EVENT_MIGRATION_FAILED);
    failed.err = err;
    event_emit(apply->options->sink, &failed);
    return false;
}

static bool run_hook_before(const ApplyHooks *hooks, const Step *step, Err *err)
{
    return !hooks || hooks->before(hooks->context, step, err);
}

static bool run_hook_after(const ApplyHooks *hooks, const Step *step, Err *err)
{
    return !hooks || hooks->after(hooks->context, step, err);
}

bool apply_plan(Arena *arena, Target *target, const Plan *plan, const ApplyOptions *options,
                ApplyResult *ret_result, Err *err)
{
    ApplyResult result = {
        .steps = arena_alloc_array(arena, plan->steps.len + 1, sizeof(StepResult)),
    };
    Progress progress;
    bool ok = timeouts_check(options->transaction_timeout_ms, target->session, err);
    progress_init(&progress, target, options->sink, options->shows_progress);
    for (size_t i = 0; ok && i < plan->steps.len; i++) {
        Step step = plan->steps.items[i];
        ok = interrupt_requested()
                 ? fail(err, ERR_INTERRUPTED, "interrupted before version %s", step.version)
                 : run_hook_before(options->hooks, &step, err);
        ArenaMark mark = arena_mark(arena); // what hooks keep is not ours
        Apply apply = {
            .arena = arena,
            .target = target,
            .plan = plan,
            .step = &step,
            .options = options,
            .result = &result.steps[i],
            .progress = &progress,
            .start_us = clock_monotonic_us(),
        };
        session_set_notice(target->session, on_notice, &apply);
        progress_watch(&progress, step.version);
        ok = ok && run_step(&apply, &step, err);
        if (target->session)
            session_set_notice(target->session, NULL, NULL);
        progress_unwatch(&progress);
        result.done += ok;
        arena_release(arena, mark);
        if (ok && !run_hook_after(options->hooks, &step, err)) {
            result.has_stopped_behind = true;
            ok = false;
        }
    }
    progress_done(&progress);
    *ret_result = result;
    return ok;
}
