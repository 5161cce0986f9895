#include "report/run_collect.h"

#include "check/blocker.h"
#include "check/risk.h"

enum {
    NOTICES_MOST = 50, // of one migration
    WARNINGS_MOST = 200,
    WAITS_MOST = 200,   // of one migration
    BLOCKERS_MOST = 10, // of one wait
    SAME_WAIT_MS = 20,  // between two sayings of when it began
};

void run_collect_init(RunCollect *collect, Arena *arena)
{
    *collect = (RunCollect){.arena = arena};
    collect->report.duration_ms = -1;
}

static const char *copy(RunCollect *collect, const char *text)
{
    return text ? arena_strdup(collect->arena, text) : NULL;
}

// ---- steps

static RunStep *add_step(RunCollect *collect, const char *version, const char *name,
                         const char *file, const char *direction)
{
    RunStep *step = vec_append(collect->arena, &collect->report.steps);
    *step = (RunStep){
        .version = copy(collect, version),
        .name = copy(collect, name ? name : ""),
        .file = copy(collect, file ? file : ""),
        .direction = direction,
        .state = "not_run",
        .at_ms = -1,
        .duration_ms = -1,
        .statements_total = -1,
    };
    return step;
}

static void keep_locks(RunCollect *collect, RunStep *kept, const LockPlan *locks)
{
    kept->has_lock_plan = locks->is_made;
    VEC_EACH (const LockedStatement, statement, &locks->statements)
        VEC_EACH (const Effect, effect, &statement->effects.items)
            if (effect_matters(effect))
                *vec_append(collect->arena, &kept->locks) = (RunLock){
                    .position = statement->position,
                    .statement = copy(collect, statement->label),
                    .relation = copy(collect, effect->relation),
                    .mode = effect->mode,
                    .is_rewritten = effect->is_rewritten,
                    .is_scanned = effect->is_scanned,
                    .builds_index = effect->builds_index,
                };
}

void run_collect_plan(RunCollect *collect, const Plan *plan)
{
    RunReport *report = &collect->report;
    while (report->steps.len && report->steps.items[report->steps.len - 1].at_ms < 0)
        report->steps.len--;
    collect->plan_at = report->steps.len;
    vec_reserve(collect->arena, &report->steps, report->steps.len + plan->steps.len);
    vec_reserve(collect->arena, &report->phases, report->phases.len + plan->steps.len);
    report->plan_digest = *plan->digest ? copy(collect, plan->digest) : NULL;
    VEC_EACH (const Step, step, &plan->steps) {
        RunStep *kept = add_step(collect, step->version, step->name, step->script.path,
                                 step->direction == DIRECTION_UP ? "up" : "down");
        kept->statements_total = step->shape.statements;
        kept->is_one_transaction = step->is_one_transaction;
        kept->risk = step->risk ? risk_level_word(step->risk->level) : NULL;
        keep_locks(collect, kept, &step->locks);
    }
}

void run_collect_locks(RunCollect *collect, size_t place, const LockPlan *locks)
{
    keep_locks(collect, &collect->report.steps.items[collect->plan_at + place], locks);
}

static RunStep *current_step(RunCollect *collect)
{
    return collect->current ? &collect->report.steps.items[collect->current - 1] : NULL;
}

static void begin_step(RunCollect *collect, const Event *event, int64_t at_ms)
{
    RunReport *report = &collect->report;
    collect->current = 0;
    for (size_t i = 0; i < report->steps.len && !collect->current; i++)
        if (report->steps.items[i].at_ms < 0 &&
            strcmp(report->steps.items[i].version, event->version) == 0)
            collect->current = i + 1;
    if (!collect->current) { // of an undo, and all of a log: they know of no plan
        bool is_undo = event->command && strcmp(event->command, "undo-run") == 0;
        bool is_down = event->command && strcmp(event->command, "down") == 0;
        add_step(collect, event->version, event->name, event->file,
                 is_down || is_undo ? "down" : "up")
            ->is_undo = is_undo;
        collect->current = report->steps.len;
    }
    RunStep *step = current_step(collect);
    step->at_ms = at_ms;
    step->state = "unknown"; // until it has an end
    if (event->total)
        step->statements_total = event->total;
    run_collect_phase(collect, RUN_PHASE_MIGRATION, event->version, at_ms);
}

static void end_step(RunCollect *collect, const Event *event, int64_t at_ms)
{
    RunStep *step = current_step(collect);
    bool is_reverted = event->kind == EVENT_MIGRATION_REVERTED;
    if (!step)
        return;
    step->state = event->kind == EVENT_MIGRATION_FAILED ? "failed"
                  : is_reverted                         ? "reverted"
                                                        : "applied";
    if (is_reverted)
        step->direction = "down";
    step->duration_ms = event->duration_ms;
    step->statements_done = event->done;
    step->error = run_error_of(collect->arena, event->err);
    collect->current = 0;
    run_collect_end_phase(collect, event->kind == EVENT_MIGRATION_FAILED, at_ms);
}

// ---- what happens meanwhile

static void add_blockers(RunCollect *collect, RunWait *wait, const Event *event)
{
    for (size_t i = 0; i < event->blocker_count && wait->blockers.len < BLOCKERS_MOST; i++) {
        ArenaMark mark = arena_mark(collect->arena);
        const char *text = blocker_text(collect->arena, &event->blockers[i]);
        bool is_known = false;
        VEC_EACH (const char *const, known, &wait->blockers)
            is_known |= strcmp(*known, text) == 0;
        if (is_known)
            arena_release(collect->arena, mark);
        else
            *vec_append(collect->arena, &wait->blockers) = text;
    }
}

// Events of one wait say how long it lasts already: they began at the same time.
static RunWait *wait_of(RunCollect *collect, RunStep *step, int64_t began_ms)
{
    RunWait *last = step->waits.len ? &step->waits.items[step->waits.len - 1] : NULL;
    int64_t apart = last ? began_ms - last->at_ms : 0;
    if (last &&
        ((apart <= SAME_WAIT_MS && apart >= -SAME_WAIT_MS) || step->waits.len == WAITS_MOST))
        return last;
    RunWait *wait = vec_append(collect->arena, &step->waits);
    *wait = (RunWait){.at_ms = began_ms > 0 ? began_ms : 0};
    return wait;
}

static void add_wait(RunCollect *collect, const Event *event, int64_t at_ms)
{
    RunStep *step = current_step(collect);
    if (!step)
        return;
    RunWait *wait = wait_of(collect, step, at_ms - event->duration_ms);
    wait->waited_ms = at_ms - wait->at_ms + (event->message ? event->wait_ms : 0);
    wait->is_least = !event->message;
    if (event->message) {
        wait->attempts = event->attempt;
        if (!wait->message || strcmp(wait->message, event->message) != 0)
            wait->message = copy(collect, event->message);
        wait->position = event->position;
    }
    add_blockers(collect, wait, event);
}

// What is too much is not even copied: a loop can raise one for each row.
static void keep_notice(RunCollect *collect, RunNotices *notices, const char *severity,
                        const Event *event)
{
    *vec_append(collect->arena, notices) = (RunNotice){
        copy(collect, severity), copy(collect, event->message), copy(collect, event->detail)};
}

static void add_notice(RunCollect *collect, const Event *event)
{
    RunStep *step = current_step(collect);
    const char *severity = event->severity ? event->severity : "NOTICE";
    if (step && step->notices.len < NOTICES_MOST)
        keep_notice(collect, &step->notices, severity, event);
    else if (step)
        step->notices_left++;
    else if (collect->report.warnings.len < WARNINGS_MOST)
        keep_notice(collect, &collect->report.warnings, severity, event);
}

static void add_warning(RunCollect *collect, const Event *event)
{
    if (collect->report.warnings.len < WARNINGS_MOST)
        keep_notice(collect, &collect->report.warnings, "WARNING", event);
}

// ---- phases

void run_collect_end_phase(RunCollect *collect, bool has_failed, int64_t at_ms)
{
    if (!collect->has_open_phase)
        return;
    RunPhase *phase = &collect->report.phases.items[collect->report.phases.len - 1];
    phase->duration_ms = at_ms > phase->at_ms ? at_ms - phase->at_ms : 0;
    phase->has_failed = has_failed;
    collect->has_open_phase = false;
}

void run_collect_phase(RunCollect *collect, RunPhaseKind kind, const char *what, int64_t at_ms)
{
    run_collect_end_phase(collect, false, at_ms);
    *vec_append(collect->arena, &collect->report.phases) =
        (RunPhase){.kind = kind, .what = copy(collect, what), .at_ms = at_ms, .duration_ms = -1};
    collect->has_open_phase = true;
}

static bool is_in_phase(const RunCollect *collect, RunPhaseKind kind)
{
    const RunReport *report = &collect->report;
    return collect->has_open_phase && report->phases.items[report->phases.len - 1].kind == kind;
}

static void add_hook(RunCollect *collect, const Event *event, const char *kind, bool has_failed,
                     int64_t at_ms)
{
    int64_t began_ms = at_ms - event->duration_ms;
    *vec_append(collect->arena, &collect->report.hooks) = (RunHook){
        .kind = kind,
        .name = copy(collect, event->subject),
        .at_ms = began_ms > 0 ? began_ms : 0,
        .duration_ms = event->duration_ms,
        .has_failed = has_failed,
        .message = copy(collect, event->message),
    };
}

void run_collect_event(RunCollect *collect, const Event *event, int64_t at_ms)
{
    switch (event->kind) {
    case EVENT_MIGRATION_STARTED:
        begin_step(collect, event, at_ms);
        break;
    case EVENT_MIGRATION_APPLIED:
    case EVENT_MIGRATION_REVERTED:
    case EVENT_MIGRATION_FAILED:
        end_step(collect, event, at_ms);
        break;
    case EVENT_LOCK_WAIT:
        add_wait(collect, event, at_ms);
        break;
    case EVENT_NOTICE:
        add_notice(collect, event);
        break;
    case EVENT_WARNING:
        add_warning(collect, event);
        break;
    case EVENT_HOOK_STARTED:
        if (!is_in_phase(collect, RUN_PHASE_BACKUP))
            run_collect_phase(collect, RUN_PHASE_HOOK, event->subject, at_ms);
        break;
    case EVENT_HOOK_DONE:
    case EVENT_HOOK_FAILED:
        add_hook(collect, event, "hook", event->kind == EVENT_HOOK_FAILED, at_ms);
        if (is_in_phase(collect, RUN_PHASE_HOOK))
            run_collect_end_phase(collect, event->kind == EVENT_HOOK_FAILED, at_ms);
        break;
    case EVENT_SMOKE_PASSED:
    case EVENT_SMOKE_FAILED:
        add_hook(collect, event, "smoke", event->kind == EVENT_SMOKE_FAILED, at_ms);
        break;
    case EVENT_WORK_DONE:
        if (is_in_phase(collect, RUN_PHASE_BACKUP))
            *vec_append(collect->arena, &collect->parts) =
                (RunPart){copy(collect, event->message), event->duration_ms};
        break;
    case EVENT_RUN_STARTED:
        if (event->message && !collect->report.database)
            collect->report.database = copy(collect, event->message);
        break;
    case EVENT_HOOK_OUTPUT:    // in the log files
    case EVENT_MAINTENANCE_ON: // its command is a hook
    case EVENT_MAINTENANCE_OFF:
    case EVENT_STATEMENT_DONE:
    case EVENT_STATEMENT_RUNS:
    case EVENT_BASELINE_RECORDED:
    case EVENT_WORK_RUNS:
    case EVENT_RUN_FINISHED:
        break;
    }
}
