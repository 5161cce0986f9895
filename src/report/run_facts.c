#include "report/run_facts.h"

#include "base/size.h"
#include "report/message.h"
#include "report/rehearsal_timeline.h"

static bool is_down(const RunReport *report)
{
    return strcmp(report->command, "down") == 0;
}

bool run_is_good(const RunReport *report)
{
    return run_verdict(report) == RUN_SUCCEEDED;
}

const char *run_verdict_title(const RunReport *report)
{
    switch (run_verdict(report)) {
    case RUN_SUCCEEDED:
        return is_down(report) ? "Reverted" : "Applied";
    case RUN_STOPPED:
        return "Stopped";
    case RUN_FAILED:
        return report->exit_code == err_exit_code(ERR_INTERRUPTED) ? "Interrupted:" : "Failed:";
    case RUN_UNSETTLED:
        return "Not settled:";
    case RUN_WITHOUT_END:
        return "No end";
    }
    return "";
}

static const char *migrations(Arena *arena, size_t count)
{
    return message_count(arena, (int64_t)count, "migration", "migrations");
}

static const char *reason(const RunReport *report)
{
    return report->error ? report->error->message : "its log does not say why";
}

static const RunStep *failed_step(const RunReport *report)
{
    VEC_EACH (const RunStep, step, &report->steps)
        if (step->at_ms >= 0 && !run_step_is_done(step))
            return step;
    return NULL;
}

// A redo has two steps of one migration.
static const char *succeeded(Arena *arena, const RunReport *report)
{
    const char *time = message_duration(arena, report->duration_ms);
    if (strcmp(report->command, "redo") == 0 && report->steps.len >= 2)
        return arena_printf(arena, "version %s again in %s", report->steps.items[0].version, time);
    return arena_printf(arena, "%s in %s", migrations(arena, run_steps_planned(report)), time);
}

static const char *failed(Arena *arena, const RunReport *report)
{
    const RunStep *step = failed_step(report);
    size_t done = run_steps_done(report);
    const char *before = done ? arena_printf(arena, " (%zu of %s done before it)", done,
                                             migrations(arena, run_steps_planned(report)))
                              : "";
    if (!step)
        return arena_printf(arena, "%s", reason(report));
    return arena_printf(arena, "version %s%s: %s", step->version, before, reason(report));
}

const char *run_verdict_text(Arena *arena, const RunReport *report)
{
    switch (run_verdict(report)) {
    case RUN_SUCCEEDED:
        return succeeded(arena, report);
    case RUN_STOPPED:
        return arena_printf(arena, "before the first statement: %s", reason(report));
    case RUN_FAILED:
        return failed(arena, report);
    case RUN_UNSETTLED:
        return arena_printf(arena, "%s ran, and then: %s",
                            migrations(arena, run_steps_planned(report)), reason(report));
    case RUN_WITHOUT_END:
        return arena_printf(arena, "is recorded of %s begun at %s", report->command,
                            report->started_at);
    }
    return "";
}

const char *run_after_text(Arena *arena, const RunAfter *after)
{
    const char *undone = "";
    VEC_EACH (const char *const, version, &after->undone)
        undone = arena_printf(arena, "%s%s%s", undone, *undone ? ", " : "", *version);
    if (*undone)
        return arena_printf(arena, "%s: taken back: %s%s%s", after->policy, undone,
                            after->why_not ? "; " : "", after->why_not ? after->why_not : "");
    if (after->why_not)
        return arena_printf(arena, "%s: nothing was taken back: %s", after->policy, after->why_not);
    if (after->restore)
        return arena_printf(arena, "%s: %s", after->policy, after->restore);
    return after->policy;
}

const char *run_where_text(Arena *arena, const RunReport *report)
{
    return arena_printf(arena, "%s%s%s%s%s", report->command, report->database ? " on " : "",
                        report->database ? report->database : "",
                        report->environment ? ", environment " : "",
                        report->environment ? report->environment : "");
}

const char *run_plan_text(Arena *arena, const RunReport *report)
{
    return arena_printf(arena, "%s%s%s", migrations(arena, run_steps_planned(report)),
                        report->risk ? ", risk " : "", report->risk ? report->risk : "");
}

const char *run_expected_text(Arena *arena, const RunRehearsal *rehearsal)
{
    if (!rehearsal || !rehearsal->stands || rehearsal->low_ms < 0)
        return NULL;
    if (rehearsal->low_ms == rehearsal->high_ms)
        return message_duration(arena, rehearsal->low_ms);
    return arena_printf(arena, "%s to %s", message_duration(arena, rehearsal->low_ms),
                        message_duration(arena, rehearsal->high_ms));
}

const char *run_rehearsal_text(Arena *arena, const RunRehearsal *rehearsal)
{
    const char *passed = rehearsal->passed_over
                             ? arena_printf(arena, "; passed over by %s", rehearsal->passed_over)
                             : "";
    if (rehearsal->stands)
        return arena_printf(arena, "%.12s stands, %s", rehearsal->digest,
                            rehearsal->age ? rehearsal->age : "its age is not known");
    if (!rehearsal->digest)
        return arena_printf(arena, "none was found%s", passed);
    return arena_printf(arena, "none stands: %s%s%s",
                        rehearsal->differences.len ? rehearsal->differences.items[0]
                                                   : "the nearest differs",
                        rehearsal->differences.len > 1 ? ", and more" : "", passed);
}

const char *run_backup_text(Arena *arena, const RunBackup *backup)
{
    if (!backup->id)
        return strcmp(backup->need, "skipped") == 0
                   ? arena_printf(arena, "none: skipped by %s",
                                  backup->by ? backup->by : "somebody")
                   : "none was needed: there were no tables to lose";
    return arena_printf(
        arena, "%s%s, proven as \"%s\"%s%s", backup->id,
        strcmp(backup->need, "there") == 0 ? ", which was there and fresh enough" : "",
        backup->level ? backup->level : "exists",
        backup->bytes >= 0 ? arena_printf(arena, ", %s", size_text(arena, backup->bytes)) : "",
        backup->restore_ms >= 0
            ? arena_printf(arena, ", restored in %s", message_duration(arena, backup->restore_ms))
            : "");
}

size_t run_checks_count(const RunChecks *checks, Verdict verdict)
{
    size_t count = 0;
    VEC_EACH (const RunCheck, check, &checks->checks)
        count += check->verdict == verdict;
    return count;
}

const char *run_checks_text(Arena *arena, const RunChecks *checks)
{
    return arena_printf(
        arena, "%zu passed, %s, %zu failed, %zu unknown", run_checks_count(checks, VERDICT_PASS),
        message_count(arena, (int64_t)run_checks_count(checks, VERDICT_WARN), "warning",
                      "warnings"),
        run_checks_count(checks, VERDICT_FAIL), run_checks_count(checks, VERDICT_UNKNOWN));
}

bool run_has_allowed(const RunReport *report)
{
    return report->rehearsal || report->approvals.len || report->passed_over.len || report->risk;
}

// ---- phases

const char *run_phase_text(Arena *arena, const RunPhase *phase)
{
    if (!phase->what)
        return run_phase_title(phase->kind);
    return arena_printf(arena, "%s %s", run_phase_title(phase->kind), phase->what);
}

static const RunStep *step_of(const RunReport *report, const RunPhase *phase)
{
    VEC_EACH (const RunStep, step, &report->steps)
        if (step->at_ms == phase->at_ms && phase->what && strcmp(step->version, phase->what) == 0)
            return step;
    return NULL;
}

static const char *step_note(Arena *arena, const RunStep *step)
{
    if (!step)
        return "";
    const char *waited = run_step_wait_text(arena, step);
    return arena_printf(arena, "%s%s%s", run_step_word(step), *waited ? ", waited for locks " : "",
                        waited);
}

const char *run_phase_note(Arena *arena, const RunReport *report, const RunPhase *phase)
{
    switch (phase->kind) {
    case RUN_PHASE_MIGRATION:
        return step_note(arena, step_of(report, phase));
    case RUN_PHASE_PREFLIGHT:
        return report->preflight ? run_checks_text(arena, report->preflight) : "";
    case RUN_PHASE_POSTFLIGHT:
        return report->postflight ? run_checks_text(arena, report->postflight) : "";
    case RUN_PHASE_BACKUP:
        return report->backup ? run_backup_text(arena, report->backup) : "";
    case RUN_PHASE_POLICY:
        return report->rehearsal ? arena_printf(arena, "rehearsal %s",
                                                run_rehearsal_text(arena, report->rehearsal))
                                 : "";
    case RUN_PHASE_ANALYZE:
        return report->analyzed.len
                   ? message_count(arena, (int64_t)report->analyzed.len, "table", "tables")
                   : "";
    case RUN_PHASE_PLAN:
    case RUN_PHASE_LOCK:
    case RUN_PHASE_SCHEMA:
    case RUN_PHASE_HOOK:
    case RUN_PHASE_SMOKE:
    case RUN_PHASE_UNDO:
    case RUN_PHASE_END:
    case RUN_PHASE_COUNT:
        break;
    }
    return phase->has_failed ? "failed" : "";
}

// ---- steps

const char *run_step_word(const RunStep *step)
{
    return strcmp(step->state, "not_run") == 0       ? "not run"
           : strcmp(step->state, "partly_done") == 0 ? "partly done"
                                                     : step->state;
}

const RunLock *run_step_lock(const RunStep *step)
{
    const RunLock *strongest = NULL;
    VEC_EACH (const RunLock, lock, &step->locks)
        if (!strongest || lock->mode > strongest->mode)
            strongest = lock;
    return strongest;
}

static size_t relations_of(const RunStep *step)
{
    size_t count = 0;
    for (size_t i = 0; i < step->locks.len; i++) {
        bool is_known = false;
        for (size_t j = 0; j < i && !is_known; j++)
            is_known = strcmp(step->locks.items[j].relation, step->locks.items[i].relation) == 0;
        count += !is_known;
    }
    return count;
}

const char *run_step_lock_text(Arena *arena, const RunStep *step)
{
    const RunLock *lock = run_step_lock(step);
    if (!lock)
        return step->has_lock_plan ? "nobody waits" : "";
    size_t others = relations_of(step) - 1;
    return arena_printf(arena, "%s on %s%s", lock_mode_name(lock->mode), lock->relation,
                        others ? arena_printf(arena, " and %zu more", others) : "");
}

const char *run_step_held_text(Arena *arena, const RunStep *step)
{
    if (!step->locks.len || !step->is_one_transaction || step->duration_ms < 0)
        return "";
    int64_t held = step->duration_ms - run_step_waited_ms(step);
    return arena_printf(arena, "at most %s", message_duration(arena, held > 0 ? held : 0));
}

int64_t run_step_waited_ms(const RunStep *step)
{
    int64_t total = 0;
    VEC_EACH (const RunWait, wait, &step->waits)
        total += wait->waited_ms;
    return total;
}

static const char *waited(Arena *arena, int64_t ms, bool is_least, int attempts)
{
    const char *tries =
        attempts
            ? arena_printf(arena, " in %s", message_count(arena, attempts, "attempt", "attempts"))
            : "";
    return arena_printf(arena, "%s%s%s", is_least ? "at least " : "", message_duration(arena, ms),
                        tries);
}

const char *run_wait_text(Arena *arena, const RunWait *wait)
{
    return waited(arena, wait->waited_ms, wait->is_least, wait->attempts);
}

const char *run_step_wait_text(Arena *arena, const RunStep *step)
{
    int attempts = 0;
    bool is_least = false;
    VEC_EACH (const RunWait, wait, &step->waits) {
        attempts += wait->attempts;
        is_least |= wait->is_least;
    }
    return step->waits.len ? waited(arena, run_step_waited_ms(step), is_least, attempts) : "";
}

const char *run_lock_cost(const RunLock *lock)
{
    return lock->is_rewritten   ? "writes it anew"
           : lock->builds_index ? "builds an index over all of it"
           : lock->is_scanned   ? "reads all of it"
                                : "";
}

const char *run_lock_effect(const RunLock *lock)
{
    return timeline_effect(lock->mode);
}

const char *run_error_place(Arena *arena, const RunError *error)
{
    if (!error->file)
        return NULL;
    if (!error->position.line)
        return error->file;
    return arena_printf(arena, "%s:%d:%d", error->file, error->position.line,
                        error->position.column);
}

// ---- what is left

// What stands there already is not said again.
static void todo_checks(Arena *arena, const RunChecks *checks, Verdict verdict, Words *lines)
{
    const char *first = lines->len ? lines->items[0] : "";
    if (!checks)
        return;
    VEC_EACH (const RunCheck, check, &checks->checks)
        if (check->verdict == verdict && check->fix && !check->passed_over &&
            strcmp(check->fix, first) != 0)
            *vec_append(arena, lines) =
                arena_printf(arena, "%s (%s: %s)", check->fix, check->id, check->value);
}

void run_todo(Arena *arena, const RunReport *report, Words *ret_lines)
{
    Words lines = {0};
    const RunBackup *backup = report->backup;
    if (!run_is_good(report) && report->next)
        *vec_append(arena, &lines) = report->next;
    todo_checks(arena, report->postflight, VERDICT_FAIL, &lines);
    bool is_undone = report->after && report->after->undone.len && !report->after->error;
    if (!run_is_good(report) && backup && backup->restore && !is_undone &&
        run_verdict(report) != RUN_STOPPED)
        *vec_append(arena, &lines) =
            arena_printf(arena, "if it cannot stay so, back to the backup: %s", backup->restore);
    if (run_is_good(report)) {
        todo_checks(arena, report->postflight, VERDICT_WARN, &lines);
        todo_checks(arena, report->postflight, VERDICT_UNKNOWN, &lines);
        todo_checks(arena, report->preflight, VERDICT_WARN, &lines);
    } else
        todo_checks(arena, report->preflight, VERDICT_FAIL, &lines);
    *ret_lines = lines;
}
