#include "cli/change_report.h"

#include "cli/change_approval.h"
#include "cli/change_backup.h"
#include "cli/change_hooks.h"
#include "config.h"
#include "io/clock.h"
#include "report/message.h"
#include "report/run_document.h"
#include "run/lock_planner.h"
#include "run/script.h"

enum {
    STATEMENTS_PLANNED = 200, // of a script
    STEPS_PLANNED = 100,
};

static int64_t now_ms(const Workspace *workspace)
{
    return clock_elapsed_ms(workspace->start_us);
}

void change_phase(Workspace *workspace, RunPhaseKind kind)
{
    run_collect_phase(&workspace->collect, kind, NULL, now_ms(workspace));
}

// Of a long script the beginning tells enough; none is so important that the run waits for it.
static void plan_locks(Workspace *workspace, const Plan *plan)
{
    ARENA_SCOPED arena = arena_new();
    ARENA_SCOPED scratch = arena_new();
    LockPlanner planner;
    lock_planner_init(&planner, arena, scratch, session_server_major(workspace->target.session));
    planner.limit = STATEMENTS_PLANNED;
    for (size_t i = 0; i < plan->steps.len && i < STEPS_PLANNED; i++) {
        ARENA_SCOPED text = arena_new();
        const Step *step = &plan->steps.items[i];
        Err ignored = {0};
        LockPlan locks = {0};
        Script script = step->script;
        if (step->locks.is_made || !script_hold(text, &script, &ignored))
            continue;
        lock_planner_read(&planner, &script, step->is_one_transaction, &locks);
        run_collect_locks(&workspace->collect, i, &locks);
    }
}

void change_report_plan(Workspace *workspace, const Plan *plan)
{
    run_collect_plan(&workspace->collect, plan);
    plan_locks(workspace, plan);
}

void change_passed_over(Workspace *workspace, const char *what, const char *by)
{
    Arena *arena = workspace->collect.arena;
    *vec_append(arena, &workspace->collect.report.passed_over) =
        arena_printf(arena, "%s: %s", by, what);
}

// ---- what the workspace knows

static const char *server_version(const Workspace *workspace)
{
    int number = session_server_version(workspace->target.session);
    return arena_printf(workspace->collect.arena, "%d.%d", number / 10000, number % 10000);
}

static const RunRehearsal *rehearsal_of(Workspace *workspace)
{
    const EvidenceVerdict *verdict = &workspace->rehearsal;
    const OptionValues *values = &workspace->context->options;
    if (!verdict->is_judged)
        return NULL;
    RunRehearsal *kept = arena_new_object(workspace->collect.arena, RunRehearsal);
    *kept = (RunRehearsal){
        .digest = verdict->evidence.digest,
        .stands = verdict->stands,
        .age = verdict->age,
        .took_ms = verdict->stands ? verdict->time.took_ms : -1,
        .low_ms = verdict->stands ? verdict->time.low_ms : -1,
        .high_ms = verdict->stands ? verdict->time.high_ms : -1,
    };
    if (verdict->stands)
        return kept;
    kept->differences = verdict->differences;
    if (verdict->need == EVIDENCE_REQUIRED && option_is_set(values, OPTION_FORCE))
        kept->passed_over = values->values[OPTION_FORCE].where;
    return kept;
}

static const char *need_word(BackupNeed need)
{
    static const char *const WORDS[] = {
        [BACKUP_IS_SKIPPED] = "skipped",
        [BACKUP_IS_NOT_NEEDED] = "not needed",
        [BACKUP_IS_FRESH] = "there",
        [BACKUP_IS_NEEDED] = "made",
    };
    return WORDS[need];
}

static const RunBackup *backup_of(Workspace *workspace)
{
    const BeforeChange *change = workspace->backup;
    const OptionValues *values = &workspace->context->options;
    if (!change)
        return NULL;
    const BackupManifest *manifest = change->backup.manifest;
    RunBackup *kept = arena_new_object(workspace->collect.arena, RunBackup);
    *kept = (RunBackup){
        .need = need_word(change->need),
        .by = change->need == BACKUP_IS_SKIPPED ? values->values[OPTION_SKIP_BACKUP].where : NULL,
        .bytes = manifest ? manifest->size_bytes : -1,
        .restore_ms = change->restore_ms ? change->restore_ms : -1,
        .restore_point = change->restore_point,
        .restore = change_backup_restore(workspace),
    };
    if (manifest) {
        kept->id = manifest->id;
        kept->path = change->backup.path;
        kept->level = backup_level_word(change->level);
        kept->why_less = change->why_less;
    }
    memcpy(&kept->parts, &workspace->collect.parts, sizeof kept->parts);
    return kept;
}

// The words of the result know more than the events did.
static void settle_steps(RunCollect *collect, const ChangeOutcome *outcome)
{
    size_t count = outcome->plan->steps.len;
    RunReport *report = &collect->report;
    if (!outcome->result->steps || report->steps.len < collect->plan_at + count)
        return;
    RunStep *steps = &report->steps.items[collect->plan_at];
    for (size_t i = 0; i < count; i++) {
        const StepResult *result = &outcome->result->steps[i];
        steps[i].state = change_step_word(outcome->plan, result->state);
        steps[i].statements_done = result->statements_done;
        if (result->state != STEP_NOT_RUN)
            steps[i].duration_ms = result->duration_ms;
    }
}

// What was asked for, and by whom it was given; where nobody asked, nothing is known of the risk.
static void take_approvals(Workspace *workspace, RunReport *report)
{
    Arena *arena = workspace->collect.arena;
    const ChangeApproval *approval = workspace->approval;
    if (!approval || !approval->has_risk)
        return;
    report->risk = risk_level_word(approval->risk);
    report->approvals.len = 0;
    VEC_EACH (const ApprovedRole, role, &approval->verdict.roles) {
        const Approval *given = role->approval;
        if (given)
            *vec_append(arena, &report->approvals) = (RunApproval){
                .role = role->role,
                .who = given->principal ? given->principal : given->database_role,
                .at = given->at,
                .how = given->principal
                           ? arena_printf(arena, "SSH signature, verified, key %s", given->key)
                           : arena_printf(arena, "database role %s", given->database_role),
            };
    }
    if (change_approval_passed(workspace))
        *vec_append(arena, &report->passed_over) = arena_printf(
            arena, "missing approvals or documents, by %s", change_approval_passed(workspace));
}

static void complete(Workspace *workspace, int exit_code, const Err *err)
{
    RunReport *report = &workspace->collect.report;
    Arena *arena = workspace->collect.arena;
    const Context *context = workspace->context;
    char now[CLOCK_TEXT];
    clock_now_rfc3339(now);
    report->run_id = workspace->run_id;
    report->command = context->command;
    report->database = session_target(workspace->target.session);
    report->role = workspace->target.user;
    report->environment = option_text(&context->options, OPTION_ENV);
    report->server_version = server_version(workspace);
    report->tool_version = MIGRATE_SAFE_VERSION;
    report->started_at = workspace->started_at;
    report->finished_at = arena_strdup(arena, now);
    report->duration_ms = now_ms(workspace);
    report->exit_code = exit_code;
    report->error = run_error_of(arena, err);
    report->rehearsal = rehearsal_of(workspace);
    take_approvals(workspace, report);
    report->preflight =
        workspace->preflight ? run_checks_of(arena, &workspace->preflight->list) : NULL;
    report->backup = backup_of(workspace);
}

static void write(Workspace *workspace)
{
    Err err = {0};
    RunCollect *collect = &workspace->collect;
    const Logs *logs = &workspace->logs;
    if (logs->is_broken || run_document_write(collect->arena, logs->directory, &collect->report,
                                              &workspace->report_path, &err))
        return;
    err_hint(&err, "the work is done; the journal in the database is the record");
    message_warning(&workspace->context->err, &err);
}

static const RunAfter *after_of(Arena *arena, const ChangeOutcome *outcome)
{
    const AfterFailure *after = &outcome->after;
    if (!outcome->err || !after->policy)
        return NULL;
    RunAfter *kept = arena_new_object(arena, RunAfter);
    *kept = (RunAfter){
        .policy = after->policy,
        .undone = after->undone,
        .why_not = after->why_not,
        .restore = after->restore,
        .error = run_error_of(arena, &after->undo),
    };
    return kept;
}

// Somebody else will have to be told of a failure, and whoever asks for more gets the way to it.
static void tell(const Workspace *workspace, int exit_code)
{
    const Context *context = workspace->context;
    if (workspace->report_path && (exit_code || option_is_set(&context->options, OPTION_VERBOSE)))
        fprintf(context->err.stream, "  report: migrate-safe report %s --output report.html\n",
                terminal_line(context->arena, workspace->report_path));
}

void change_report_write(Workspace *workspace, const ChangeOutcome *outcome, int exit_code)
{
    RunReport *report = &workspace->collect.report;
    run_collect_end_phase(&workspace->collect, false, now_ms(workspace));
    complete(workspace, exit_code, outcome->err);
    settle_steps(&workspace->collect, outcome);
    report->after = after_of(workspace->collect.arena, outcome);
    report->state = outcome->state;
    report->current = outcome->current;
    report->next = outcome->next;
    write(workspace);
    tell(workspace, exit_code);
}

static const char *state_before(const Workspace *workspace)
{
    const RunReport *report = &workspace->collect.report;
    size_t done = run_steps_done(report);
    if (!done)
        return "nothing of the migrations was run";
    return arena_printf(workspace->collect.arena, "version %s is taken back; nothing else was run",
                        report->steps.items[done - 1].version);
}

int change_fail(Workspace *workspace, const Plan *plan, const Err *err)
{
    RunReport *report = &workspace->collect.report;
    change_hooks_end(workspace, err);
    if (plan)
        change_report_plan(workspace, plan);
    run_collect_end_phase(&workspace->collect, true, now_ms(workspace));
    complete(workspace, err_exit_code(err->class), err);
    report->state = state_before(workspace);
    report->current = workspace->status.current;
    report->next =
        err->hint[0] ? arena_strdup(workspace->collect.arena, err->hint) : "migrate-safe status";
    write(workspace);
    int exit_code = command_fail(workspace->context, err);
    tell(workspace, exit_code);
    return exit_code;
}

json_t *change_report_json(const Workspace *workspace)
{
    return json_cstr(workspace->report_path);
}
