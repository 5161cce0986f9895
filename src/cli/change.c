#include "cli/change.h"

#include "base/text.h"
#include "cli/change_drift.h"
#include "cli/schema_output.h"
#include "io/clock.h"
#include "report/message.h"
#include "run/apply.h"
#include "run/pooler.h"
#include "run/runner_lock.h"
#include "run/store.h"

#include <string.h>

enum {
    WAIT_RUNNER_MS = 5000
};

static bool refuse_foreign(Workspace *workspace, Err *err)
{
    Arena *arena = workspace->context->arena;
    const Source *source = &workspace->source;
    const char *others = NULL;
    if (!source->table && !target_other_runners(arena, &workspace->target, &others, err))
        return false;
    fail(err, ERR_CHECK, "%s has tables, but no history of migrate-safe",
         session_target(workspace->target.session));
    if (others)
        err_detail(err, "found the history of another runner: %s", others);
    if (source->table) {
        if (source->current)
            err_detail(err, "%s says that it is at version %s", source->table->relation,
                       source->current);
        else
            err_detail(err, "%s says that nothing is applied yet", source->table->relation);
        return err_hint(err, "record that, without running it: migrate-safe baseline %s",
                        source->current ? source->current : "0");
    }
    return err_hint(err, "record what is there already, without running it: "
                         "migrate-safe baseline VERSION (0: nothing yet)");
}

// 0 is "no limit" to the server: all who come behind the migration would wait with it.
static bool check_lock_timeout(const Workspace *workspace, Err *err)
{
    const OptionValue *timeout = &workspace->context->options.values[OPTION_LOCK_TIMEOUT];
    if (!timeout->where || timeout->number)
        return true;
    fail(err, ERR_CONFIG,
         "lock-timeout 0 (%s) would wait for a lock without end, and the "
         "application behind it",
         timeout->where);
    return err_hint(err, "give each attempt a time, and all of them a deadline: "
                         "--lock-timeout 100ms --lock-deadline 10min");
}

bool change_allowed_to_record(const Workspace *workspace, Err *err)
{
    const Target *target = &workspace->target;
    if (!target->is_standby && !target->is_read_only)
        return true;
    fail(err, ERR_CHECK, "%s %s", session_target(target->session),
         target->is_standby ? "is a standby: nothing can be written there"
                            : "is read-only for this session (default_transaction_read_only)");
    return err_hint(err, "connect to the primary%s",
                    target->is_standby ? "" : ", or as a role that may write");
}

bool change_allowed(Workspace *workspace, Err *err)
{
    const Target *target = &workspace->target;
    if (!check_lock_timeout(workspace, err) || !change_allowed_to_record(workspace, err))
        return false;
    if (!pooler_allows(workspace->context->arena, &workspace->target, err))
        return false;
    if (target->has_user_tables && !target->has_history)
        return refuse_foreign(workspace, err);
    return change_backup_allowed(workspace, err);
}

bool change_begin(Workspace *workspace, Err *err)
{
    Context *context = workspace->context;
    const OptionValue *wait = &context->options.values[OPTION_WAIT_RUNNER];
    return schema_output_check(workspace, err) &&
           pooler_allows(context->arena, &workspace->target, err) &&
           runner_lock_take(context->arena, &workspace->target,
                            wait->where ? wait->number : WAIT_RUNNER_MS, &workspace->sink, err) &&
           workspace_refresh(workspace, err) &&
           store_ensure(context->arena, &workspace->target, err);
}

static const char *const STATE_WORDS[] = {
    [STEP_NOT_RUN] = "not_run",         [STEP_DONE] = "done",       [STEP_FAILED] = "failed",
    [STEP_PARTLY_DONE] = "partly_done", [STEP_UNKNOWN] = "unknown",
};

static const char *state_word(const Plan *plan, StepState state)
{
    if (state == STEP_DONE)
        return plan->direction == DIRECTION_UP ? "applied" : "reverted";
    return STATE_WORDS[state];
}

// What the database is like after a failure: step by step, in words.
static const char *state_after(Workspace *workspace, const Plan *plan, const ApplyResult *result,
                               const Err *err)
{
    Arena *arena = workspace->context->arena;
    const Step *step = &plan->steps.items[result->done < plan->steps.len ? result->done : 0];
    const StepResult *failed = &result->steps[result->done];
    const char *before =
        result->done
            ? arena_printf(arena, "; %s before it in this run %s",
                           message_count(arena, (int64_t)result->done, "migration", "migrations"),
                           result->done == 1 ? "stays" : "stay")
            : "";
    if (failed->state == STEP_PARTLY_DONE && err->class == ERR_VERIFY)
        return arena_printf(arena,
                            "version %s is dirty: all %d of its statements are committed, and what "
                            "verifies them failed%s",
                            step->version, step->shape.statements, before);
    switch (failed->state) {
    case STEP_PARTLY_DONE:
        return arena_printf(arena, "version %s is dirty: %s%d of its %d statements are committed%s",
                            step->version, err->class == ERR_CONNECTION ? "at least " : "",
                            failed->statements_done, step->shape.statements, before);
    case STEP_UNKNOWN:
        if (!step->is_one_transaction || step->resumes)
            return arena_printf(
                arena,
                "%d of the %d statements of version %s are committed, and it is not "
                "known whether history says so%s",
                failed->statements_done, step->shape.statements, step->version, before);
        return arena_printf(
            arena,
            "the answer to the COMMIT of version %s was lost: it is either whole or not there%s",
            step->version, before);
    case STEP_NOT_RUN:
    case STEP_DONE:
    case STEP_FAILED:
        break;
    }
    return arena_printf(arena, "nothing of version %s is %s%s", step->version,
                        plan->direction == DIRECTION_UP ? "in the database" : "undone", before);
}

// Whoever made no backup makes none next time; what a file says need not be typed.
static const char *backup_flag(const Workspace *workspace)
{
    const OptionValue *skip = &workspace->context->options.values[OPTION_SKIP_BACKUP];
    return skip->where && skip->is_set && skip->origin == ORIGIN_FLAG ? " --skip-backup" : "";
}

// What is left of a plan that goes down, so that it ends where it was to end: the same --steps
// again would take back more.
static const char *rest_of_down(const Workspace *workspace, const Plan *plan,
                                const ApplyResult *result)
{
    const char *stays = "0";
    const char *last = plan->steps.items[plan->steps.len - 1].version;
    if (plan->steps.len - result->done < 2)
        return "down";
    VEC_EACH (const AppliedMigration, row, &workspace->target.history) {
        if (strcmp(row->version, last) == 0)
            break;
        stays = row->version;
    }
    return arena_printf(workspace->context->arena, "down --to %s", stays);
}

static const char *next_after(const Workspace *workspace, const Plan *plan,
                              const ApplyResult *result, const Err *err)
{
    Arena *arena = workspace->context->arena;
    const char *again =
        plan->direction == DIRECTION_UP ? "up" : rest_of_down(workspace, plan, result);
    const Step *step = &plan->steps.items[result->done];
    const char *skip = backup_flag(workspace);
    StepState state = result->steps[result->done].state;
    if (state == STEP_UNKNOWN)
        return "migrate-safe status";
    if (state == STEP_PARTLY_DONE && err->class == ERR_VERIFY)
        return arena_printf(
            arena,
            "correct what it asks for, then migrate-safe %s%s verifies again and records it; or "
            "see: migrate-safe recover",
            again, skip);
    if (state == STEP_PARTLY_DONE && err->class == ERR_CONNECTION)
        return arena_printf(arena, "migrate-safe %s%s goes on there; or see: migrate-safe recover",
                            again, skip);
    if (state == STEP_PARTLY_DONE)
        return arena_printf(
            arena,
            "correct what is behind the statements that are done, then migrate-safe %s%s "
            "goes on there; or see: migrate-safe recover",
            again, skip);
    if (err->class == ERR_CONNECTION || err->class == ERR_INTERRUPTED)
        return arena_printf(arena, "migrate-safe status, then migrate-safe %s%s", again, skip);
    if (strcmp(err->sqlstate, "55P03") == 0)
        return arena_printf(arena, "once the lock is free: migrate-safe %s%s", again, skip);
    if (strcmp(err->sqlstate, "42501") == 0)
        return arena_printf(arena,
                            "GRANT what is missing, connect as a role that may (--database URL), "
                            "or correct %s; then migrate-safe %s%s",
                            step->script.path, again, skip);
    return arena_printf(arena, "correct %s, then migrate-safe %s%s", step->script.path, again,
                        skip);
}

static json_t *steps_json(const Plan *plan, const ApplyResult *result)
{
    json_t *list = json_array();
    for (size_t i = 0; i < plan->steps.len; i++) {
        const Step *step = &plan->steps.items[i];
        json_t *item = json_object();
        json_put(item, "version", json_cstr(step->version));
        json_put(item, "name", json_cstr(step->name));
        json_put(item, "file", json_cstr(step->script.path));
        json_put(item, "state", json_cstr(state_word(plan, result->steps[i].state)));
        json_put(item, "duration_ms", json_integer(result->steps[i].duration_ms));
        json_put(item, "statements_done", json_integer(result->steps[i].statements_done));
        json_put(item, "statements_total", json_integer(step->shape.statements));
        json_array_append_new(list, item);
    }
    return list;
}

typedef struct Outcome {
    const Plan *plan;
    const ApplyResult *result;
    const Err *err; // NULL when all went well
    int64_t duration_ms;
    const char *current;
    const char *state;
    const char *next;
} Outcome;

static bool print_json(const Workspace *workspace, const Outcome *outcome, int exit_code)
{
    const Context *context = workspace->context;
    JSON_SCOPED document = json_object();
    json_put(document, "schema",
             json_cstr(arena_printf(context->arena, "migrate-safe/%s/1", context->command)));
    json_put(document, "run_id", json_cstr(workspace->run_id));
    json_put(document, "database", json_cstr(workspace->target.database));
    json_put(document, "plan_digest", json_cstr(outcome->plan->digest));
    json_put(document, "migrations", steps_json(outcome->plan, outcome->result));
    json_put(document, "done", json_integer((json_int_t)outcome->result->done));
    json_put(document, "duration_ms", json_integer(outcome->duration_ms));
    json_put(document, "current", json_cstr(outcome->current));
    json_put(document, "state", json_cstr(outcome->state));
    json_put(document, "next", json_cstr(outcome->next));
    json_put(document, "backup", change_backup_json(workspace));
    json_put(document, "schema_file", schema_output_json(workspace));
    json_put(document, "drift", change_drift_json(workspace));
    json_put(document, "error", outcome->err ? message_json(outcome->err) : json_null());
    json_put(document, "exit_code", json_integer(exit_code));
    return json_write(stdout, document);
}

static void print_success(const Workspace *workspace, const Outcome *outcome)
{
    const Context *context = workspace->context;
    const Terminal *out = &workspace->console.out;
    bool is_up = outcome->plan->direction == DIRECTION_UP;
    fprintf(
        out->stream, "%s%s %s in %s%s; %s is at %s\n", terminal_begin(out, COLOUR_BOLD),
        is_up ? "Applied" : "Reverted",
        message_count(context->arena, (int64_t)outcome->result->done, "migration", "migrations"),
        message_duration(context->arena, outcome->duration_ms), terminal_end(out, COLOUR_BOLD),
        terminal_line(context->arena, workspace->target.database),
        outcome->current ? arena_printf(context->arena, "version %s", outcome->current)
                         : "no version");
    fprintf(out->stream, "%snext:%s %s\n", terminal_begin(out, COLOUR_BLUE),
            terminal_end(out, COLOUR_BLUE), outcome->next);
}

static void print_failure(const Workspace *workspace, const Outcome *outcome)
{
    Arena *arena = workspace->context->arena;
    const Terminal *err = &workspace->context->err;
    const char *restore = change_backup_restore(workspace);
    message_error(err, outcome->err);
    fprintf(err->stream, "  state:  %s\n  next:   %s\n", terminal_line(arena, outcome->state),
            terminal_line(arena, outcome->next));
    if (restore)
        fprintf(err->stream, "  backup: %s; %s: %s\n",
                terminal_line(arena, before_change_proof(arena, workspace->backup)),
                workspace->backup->backup.manifest->content == BACKUP_AFFECTED ? "to have it beside"
                                                                               : "back to it",
                terminal_line(arena, restore));
    if (restore && workspace->backup->restore_point &&
        workspace->backup->backup.manifest->archive.is_configured)
        fprintf(err->stream, "  or:     archived WAL leads back too: recovery_target_name = '%s'\n",
                workspace->backup->restore_point);
}

// The version applied last, read again: a run that failed may have lost its connection.
static const char *current_version(Workspace *workspace)
{
    Err ignored = {0};
    if (!session_is_alive(workspace->target.session) || !workspace_refresh(workspace, &ignored))
        return NULL;
    return workspace->status.current;
}

static const char *next_after_success(const Workspace *workspace, const Plan *plan)
{
    return arena_printf(workspace->context->arena,
                        plan->direction == DIRECTION_UP
                            ? "migrate-safe status; to undo the last: migrate-safe down%s"
                            : "migrate-safe up%s applies it again; migrate-safe status",
                        backup_flag(workspace));
}

// A file without a statement is recorded as applied: whoever meant to fill it in later is told now,
// since the filled file will be an edited one.
static void warn_of_empty(const Workspace *workspace, const Plan *plan)
{
    VEC_EACH (const Step, step, &plan->steps) {
        if (step->shape.statements)
            continue;
        const char *message = arena_printf(workspace->context->arena,
                                           "%s has no statement: version %s changes nothing",
                                           step->script.path, step->version);
        event_emit(&workspace->sink, &(Event){.kind = EVENT_WARNING,
                                              .version = step->version,
                                              .name = step->name,
                                              .file = step->script.path,
                                              .message = message});
    }
}

static void announce(const Workspace *workspace, const Plan *plan)
{
    const Terminal *out = &workspace->console.out;
    Arena *arena = workspace->context->arena;
    fprintf(out->stream, "%s%s%s  %s  %s\n", terminal_begin(out, COLOUR_BOLD),
            workspace->context->command, terminal_end(out, COLOUR_BOLD),
            terminal_line(arena, session_target(workspace->target.session)),
            message_count(arena, (int64_t)plan->steps.len, "migration", "migrations"));
    fflush(out->stream);
}

int64_t change_lock_deadline(const OptionValues *values)
{
    const OptionValue *deadline = &values->values[OPTION_LOCK_DEADLINE];
    return deadline->where && !deadline->number ? 1 : deadline->number;
}

static ApplyOptions apply_options(const Workspace *workspace, const Plan *plan)
{
    const Context *context = workspace->context;
    const OptionValues *values = &context->options;
    const EvidenceVerdict *rehearsal = &workspace->rehearsal;
    bool is_up = plan->direction == DIRECTION_UP;
    return (ApplyOptions){
        .run_id = workspace->run_id,
        .command = context->command,
        .lock_timeout_ms = option_number(values, OPTION_LOCK_TIMEOUT),
        .lock_deadline_ms = change_lock_deadline(values),
        .statement_timeout_ms = option_number(values, OPTION_STATEMENT_TIMEOUT),
        .idle_timeout_ms = option_number(values, OPTION_IDLE_TIMEOUT),
        .transaction_timeout_ms = option_number(values, OPTION_TRANSACTION_TIMEOUT),
        .shows_progress = context->err.is_terminal || option_is_set(values, OPTION_VERBOSE),
        .backup_id = workspace->backup && workspace->backup->backup.manifest
                         ? workspace->backup->backup.manifest->id
                         : NULL,
        .rehearsal = is_up && rehearsal->stands ? rehearsal->evidence.digest : NULL,
        .rehearsal_passed = is_up && !rehearsal->stands && rehearsal->need == EVIDENCE_REQUIRED
                                ? values->values[OPTION_FORCE].where
                                : NULL,
        .runs_unknown = strcmp(context->command, "recover") == 0,
        .sink = &workspace->sink,
    };
}

int change_run(Workspace *workspace, const Plan *plan)
{
    Context *context = workspace->context;
    int64_t start_us = clock_monotonic_us();
    Err err = {0};
    ApplyResult result;
    ApplyOptions options = apply_options(workspace, plan);
    announce(workspace, plan);
    change_drift_look(workspace);
    event_emit(&workspace->sink,
               &(Event){.kind = EVENT_RUN_STARTED, .total = (int64_t)plan->steps.len});
    warn_of_empty(workspace, plan);
    bool ok = apply_plan(context->arena, &workspace->target, plan, &options, &result, &err);
    int64_t duration_ms = clock_elapsed_ms(start_us);
    const char *current =
        current_version(workspace); // reads the target again: the texts below need it
    Outcome outcome = {
        .plan = plan,
        .result = &result,
        .err = ok ? NULL : &err,
        .duration_ms = duration_ms,
        .current = current,
        .state = ok ? "clean" : state_after(workspace, plan, &result, &err),
        .next =
            ok ? next_after_success(workspace, plan) : next_after(workspace, plan, &result, &err),
    };
    event_emit(&workspace->sink, &(Event){.kind = EVENT_RUN_FINISHED,
                                          .done = (int64_t)result.done,
                                          .total = (int64_t)plan->steps.len,
                                          .duration_ms = outcome.duration_ms,
                                          .message = outcome.state});
    int exit_code = ok ? 0 : err_exit_code(err.class);
    if (ok)
        print_success(workspace, &outcome);
    else
        print_failure(workspace, &outcome);
    workspace->has_changed |= result.done > 0;
    bool is_last = !context->is_followed || exit_code;
    if (workspace->has_changed && is_last && !workspace->status.dirty)
        change_drift_keep(workspace);
    if (workspace->has_changed && is_last)
        schema_output_write(workspace);
    if (context->is_json && is_last && !print_json(workspace, &outcome, exit_code))
        return err_exit_code(ERR_IO);
    return exit_code;
}

int change_nothing(Workspace *workspace, const char *what)
{
    Context *context = workspace->context;
    Plan plan = {0};
    ApplyResult result = {0};
    Outcome outcome = {.plan = &plan,
                       .result = &result,
                       .current = workspace->status.current,
                       .state = "clean",
                       .next = "migrate-safe status"};
    fprintf(workspace->console.out.stream, "%s\n", what);
    return context->is_json && !print_json(workspace, &outcome, 0) ? err_exit_code(ERR_IO) : 0;
}
