#include "cli/change.h"

#include "base/text.h"
#include "cli/change_approval.h"
#include "cli/change_drift.h"
#include "cli/change_hooks.h"
#include "cli/change_outcome.h"
#include "cli/change_postflight.h"
#include "cli/change_report.h"
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
    change_phase(workspace, RUN_PHASE_LOCK);
    return schema_output_check(workspace, err) &&
           pooler_allows(context->arena, &workspace->target, err) &&
           runner_lock_take(context->arena, &workspace->target,
                            wait->where ? wait->number : WAIT_RUNNER_MS, &workspace->sink, err) &&
           workspace_refresh(workspace, err) &&
           store_ensure(context->arena, &workspace->target, err);
}

// The version applied last, read again: a run that failed may have lost its connection.
static const char *current_version(Workspace *workspace)
{
    Err ignored = {0};
    if (!session_is_alive(workspace->target.session) || !workspace_refresh(workspace, &ignored))
        return NULL;
    return workspace->status.current;
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

ApplyOptions change_apply_options(Workspace *workspace, const Plan *plan)
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
        .approvals = change_approval_signers(workspace),
        .approvals_passed = change_approval_passed(workspace),
        .runs_unknown = strcmp(context->command, "recover") == 0,
        .hooks = change_hooks_of_migrations(workspace),
        .sink = &workspace->sink,
    };
}

static bool is_one_at_a_time(const Workspace *workspace, const Plan *plan)
{
    return plan->direction == DIRECTION_UP && plan->steps.len > 1 &&
           option_is_set(&workspace->context->options, OPTION_ONE_AT_A_TIME);
}

// The part of a plan that is one step.
static Plan plan_of_step(const Plan *plan, size_t at)
{
    Plan step = *plan;
    step.steps.items += at;
    step.steps.len = step.steps.cap = 1;
    return step;
}

// One at a time: what is done around each migration, and a look behind it before the next.
typedef struct OneByOne {
    Workspace *workspace;
    const Plan *plan;
    const ApplyHooks *hooks; // the user's; NULL: none
    size_t done;
} OneByOne;

static bool before_one(void *context, const Step *step, Err *err)
{
    const OneByOne *run = context;
    return !run->hooks || run->hooks->before(run->hooks->context, step, err);
}

static bool smoke_between(Workspace *workspace, Err *err)
{
    CheckList smoke = {0};
    if (!change_hooks_smoke(workspace, &smoke, err))
        return false;
    VEC_EACH (const Check, check, &smoke.checks)
        if (check->verdict == VERDICT_FAIL) {
            fail(err, ERR_VERIFY, "%s failed: %s", check->kind->id, check->value);
            return err_hint(err, "%s", check->fix);
        }
    return true;
}

static bool after_one(void *context, const Step *step, Err *err)
{
    OneByOne *run = context;
    Workspace *workspace = run->workspace;
    Plan one = plan_of_step(run->plan, run->done++);
    if (run->hooks && !run->hooks->after(run->hooks->context, step, err))
        return false;
    if (run->done == run->plan->steps.len)
        return true; // looked at as behind every run
    if (!workspace_refresh(workspace, err))
        return false;
    change_drift_keep(workspace);
    if (!change_postflight(workspace, &one, err) || !smoke_between(workspace, err))
        return false;
    Plan next = plan_of_step(run->plan, run->done);
    change_postflight_go_on(workspace, &next);
    return true;
}

static bool carry_out(Workspace *workspace, const Plan *plan, ApplyResult *ret_result, Err *err)
{
    Arena *arena = workspace->context->arena;
    *ret_result =
        (ApplyResult){.steps = arena_alloc_array(arena, plan->steps.len + 1, sizeof(StepResult))};
    if (!change_hooks_maintain(workspace, err))
        return false;
    ApplyOptions options = change_apply_options(workspace, plan);
    OneByOne run = {workspace, plan, options.hooks, 0};
    ApplyHooks between = {before_one, after_one, &run};
    if (is_one_at_a_time(workspace, plan)) {
        Plan first = plan_of_step(plan, 0);
        change_postflight_begin(workspace, &first);
        options.hooks = &between;
    } else {
        change_postflight_begin(workspace, plan);
    }
    return apply_plan(arena, &workspace->target, plan, &options, ret_result, err);
}

// Whatever looks at the database behind the last migration. False: the run has failed, though all
// of it is done.
static bool look_behind(Workspace *workspace, const Plan *plan, ApplyResult *result, Err *err)
{
    bool is_last = !workspace->context->is_followed;
    Plan seen = is_one_at_a_time(workspace, plan) ? plan_of_step(plan, plan->steps.len - 1) : *plan;
    bool ok = (!is_last || change_postflight(workspace, &seen, err)) &&
              change_hooks_behind(workspace, plan, err);
    result->has_stopped_behind = !ok;
    return ok;
}

static void settle_failure(Workspace *workspace, ChangeOutcome *outcome)
{
    RunFailure failure = {
        .plan = outcome->plan,
        .result = outcome->result,
        .err = outcome->err,
        .state = change_state_after(workspace, outcome->plan, outcome->result, outcome->err),
        .next = change_next_after(workspace, outcome->plan, outcome->result, outcome->err),
    };
    change_after_failure(workspace, &failure, &outcome->after);
    outcome->state = change_hooks_failed(workspace, outcome->err, outcome->after.state);
    outcome->next = outcome->after.next;
}

static int finish(Workspace *workspace, const ChangeOutcome *outcome)
{
    Context *context = workspace->context;
    int exit_code = outcome->err ? outcome->after.exit_code : 0;
    bool is_last = !context->is_followed || exit_code;
    change_outcome_print(workspace, outcome);
    if (workspace->has_changed && is_last)
        schema_output_write(workspace);
    if (is_last)
        change_report_write(workspace, outcome, exit_code);
    if (context->is_json && is_last && !change_outcome_json(workspace, outcome, exit_code))
        return err_exit_code(ERR_IO);
    return exit_code;
}

// The snapshot of what the run leaves, and what looks at it.
static bool end_run(Workspace *workspace, const Plan *plan, ApplyResult *result, Err *err)
{
    bool is_last = !workspace->context->is_followed || err->class;
    workspace->has_changed |= result->done > 0;
    if (workspace->has_changed && is_last && !workspace->status.dirty)
        change_drift_keep(workspace);
    return !err->class && look_behind(workspace, plan, result, err);
}

int change_run(Workspace *workspace, const Plan *plan)
{
    int64_t start_us = clock_monotonic_us();
    Err err = {0};
    ApplyResult result;
    announce(workspace, plan);
    change_report_plan(workspace, plan);
    change_phase(workspace, RUN_PHASE_SCHEMA);
    change_drift_look(workspace);
    event_emit(&workspace->sink, &(Event){.kind = EVENT_RUN_STARTED,
                                          .total = (int64_t)plan->steps.len,
                                          .message = session_target(workspace->target.session)});
    warn_of_empty(workspace, plan);
    bool ok = carry_out(workspace, plan, &result, &err);
    if (ok)
        err = (Err){0}; // what was tried again and went well
    change_phase(workspace, RUN_PHASE_END);
    ChangeOutcome outcome = {
        .plan = plan,
        .result = &result,
        .duration_ms = clock_elapsed_ms(start_us),
        .current = current_version(workspace), // reads the target again: the texts below need it
        .state = "clean",
        .next = change_next_after(workspace, plan, &result, NULL),
    };
    ok = end_run(workspace, plan, &result, &err) && ok;
    if (!ok) {
        outcome.err = &err;
        settle_failure(workspace, &outcome);
        if (outcome.after.undone.len) {
            outcome.current = workspace->status.current;
            change_drift_keep(workspace);
        }
    }
    event_emit(&workspace->sink, &(Event){.kind = EVENT_RUN_FINISHED,
                                          .done = (int64_t)result.done,
                                          .total = (int64_t)plan->steps.len,
                                          .duration_ms = outcome.duration_ms,
                                          .message = outcome.state});
    return finish(workspace, &outcome);
}

// Another run may have been killed in maintenance mode; one that is at work has the runner's lock.
static bool settle_left(Workspace *workspace, Err *err)
{
    const char *left;
    if (!change_hooks_left(workspace, &left, err))
        return false;
    return !left || (change_begin(workspace, err) && change_hooks_settle(workspace, err));
}

int change_nothing(Workspace *workspace, const char *what)
{
    Context *context = workspace->context;
    Plan plan = {0};
    ApplyResult result = {0};
    ChangeOutcome outcome = {.plan = &plan,
                             .result = &result,
                             .current = workspace->status.current,
                             .state = "clean",
                             .next = "migrate-safe status"};
    Err err = {0};
    if (!settle_left(workspace, &err))
        return command_fail(context, &err);
    fprintf(workspace->console.out.stream, "%s\n", what);
    return context->is_json && !change_outcome_json(workspace, &outcome, 0) ? err_exit_code(ERR_IO)
                                                                            : 0;
}
