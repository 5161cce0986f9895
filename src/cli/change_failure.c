#include "cli/change_failure.h"

#include "check/retention.h"
#include "cli/change_hooks.h"
#include "cli/change_report.h"
#include "cli/rehearsal_settings.h"
#include "io/clock.h"
#include "io/fault.h"
#include "report/message.h"
#include "run/apply.h"
#include "run/down_proof.h"
#include "run/undo_run.h"

static const char STOP[] = "stop";
static const char UNDO_RUN[] = "undo-run";
static const char RESTORE[] = "restore";
static const char UNDO_COMMAND[] = "undo-run"; // in logs and journal, where other runs have "up"

static const char *policy_of(const Workspace *workspace)
{
    const char *said = option_text(&workspace->context->options, OPTION_ON_FAILURE);
    return said ? said : STOP;
}

static bool is_policy(const Workspace *workspace, const char *word)
{
    return strcmp(policy_of(workspace), word) == 0;
}

// ---- the way back to the backup

static int64_t ms_since(const char *time)
{
    char now[CLOCK_TEXT];
    int64_t then_ms;
    int64_t now_ms;
    clock_now_rfc3339(now);
    return retention_time_parse(time, &then_ms) && retention_time_parse(now, &now_ms) &&
                   now_ms > then_ms
               ? now_ms - then_ms
               : 0;
}

static void offer_restore(const Workspace *workspace, AfterFailure *after)
{
    Arena *arena = workspace->context->arena;
    const char *command = change_backup_restore(workspace);
    if (!command) {
        after->why_not = "this run has no backup that could be restored";
        return;
    }
    const BackupManifest *manifest = workspace->backup->backup.manifest;
    const char *time = workspace->backup->restore_ms
                           ? arena_printf(arena, "its restore took %s when it was proven",
                                          message_duration(arena, workspace->backup->restore_ms))
                           : "its restore was not measured";
    after->restore =
        arena_printf(arena,
                     "%s (%s; what was written in the %s since the backup is lost by it: it counts "
                     "those rows and asks before it swaps)",
                     command, time, message_duration(arena, ms_since(manifest->created_at)));
}

// ---- taking back

static bool is_of_run(const AppliedMigration *row, const char *run_id)
{
    return strcmp(row->run_id, run_id) == 0;
}

// Versions that the run applied, all of them behind everything else.
static bool count_of_run(const Workspace *workspace, const char *run_id, int64_t *ret_count,
                         const char **ret_why)
{
    const History *history = &workspace->target.history;
    int64_t count = 0;
    bool is_last = true;
    for (size_t i = history->len; i > 0; i--) {
        const AppliedMigration *row = &history->items[i - 1];
        bool is_ours = is_of_run(row, run_id);
        if (strcmp(row->kind, migration_kind_word(MIGRATION_REPEATABLE)) == 0)
            continue;
        if (is_ours && !is_last)
            *ret_why = "another run has applied something since";
        if (is_ours && !is_last)
            return false;
        is_last &= is_ours;
        count += is_ours;
    }
    *ret_count = count;
    return true;
}

static bool check_proofs(Workspace *workspace, const Plan *plan, const char **ret_why, Err *err)
{
    Context *context = workspace->context;
    EvidenceFolder folder;
    *ret_why = NULL;
    if (option_is_set(&context->options, OPTION_ON_FAILURE_UNPROVEN))
        return true;
    if (!evidence_load(context->arena, rehearsal_folder(context), &folder, err))
        return false;
    VEC_EACH (const Step, step, &plan->steps)
        if (!down_proof_find(context->arena, step, &folder,
                             session_server_major(workspace->target.session), ret_why, err) ||
            *ret_why)
            return !err->class;
    return true;
}

// The downs that take the run back; why there are none is told.
static bool plan_undo(Workspace *workspace, const char *run_id, Plan *ret_plan,
                      const char **ret_why)
{
    Arena *arena = workspace->context->arena;
    PlanOptions options = {0};
    Err err = {0};
    *ret_why = NULL;
    if (!session_is_alive(workspace->target.session)) {
        *ret_why = "the connection is lost";
        return false;
    }
    if (workspace->status.dirty) {
        *ret_why = "a version stopped half way, which a person has to settle first: migrate-safe "
                   "recover";
        return false;
    }
    if (!count_of_run(workspace, run_id, &options.steps, ret_why))
        return false;
    if (options.steps == 0) {
        *ret_plan = (Plan){.direction = DIRECTION_DOWN};
        return true;
    }
    if (workspace_plan_down(workspace, &options, ret_plan, &err) &&
        check_proofs(workspace, ret_plan, ret_why, &err))
        return !*ret_why;
    *ret_why = arena_strdup(arena, err.message);
    return false;
}

static Words versions_of(Arena *arena, const Plan *plan, size_t count)
{
    Words versions = {0};
    for (size_t i = 0; i < count; i++)
        *vec_append(arena, &versions) = plan->steps.items[i].version;
    return versions;
}

static bool journal(Workspace *workspace, const char *run_id, const char *event,
                    const Words *versions, const char *why, Err *err)
{
    return undo_run_journal(workspace->context->arena, &workspace->target, run_id, event,
                            versions->items, versions->len, why, err);
}

static void announce(const Workspace *workspace, const Plan *plan)
{
    const Terminal *out = &workspace->console.out;
    fprintf(out->stream, "%sundo%s  the run is taken back: %s\n", terminal_begin(out, COLOUR_BOLD),
            terminal_end(out, COLOUR_BOLD),
            message_count(workspace->context->arena, (int64_t)plan->steps.len, "migration",
                          "migrations"));
    fflush(out->stream);
}

// Carries the plan out, journaled. `ret_undone` counts also what went before a failure.
static bool undo(Workspace *workspace, const char *run_id, const Plan *plan, const char *why,
                 size_t *ret_undone, Err *err)
{
    Arena *arena = workspace->context->arena;
    ApplyOptions options = change_apply_options(workspace, plan);
    ApplyResult result = {0};
    Err unsaid = {0};
    Words versions = versions_of(arena, plan, plan->steps.len);
    options.command = UNDO_COMMAND;
    if (!change_hooks_maintain(workspace, err) ||
        !journal(workspace, run_id, UNDO_BEGUN, &versions, why, err))
        return false;
    FAULT_POINT("undo.begun");
    change_phase(workspace, RUN_PHASE_UNDO);
    change_phase(workspace, RUN_PHASE_UNDO);
    announce(workspace, plan);
    bool ok = apply_plan(arena, &workspace->target, plan, &options, &result, err);
    *ret_undone = result.done;
    FAULT_POINT("undo.ran");
    versions = versions_of(arena, plan, result.done);
    if (!journal(workspace, run_id, ok ? UNDO_FINISHED : UNDO_FAILED, &versions,
                 ok ? NULL : err->message, ok ? err : &unsaid))
        ok = false;
    FAULT_POINT("undo.finished");
    return ok;
}

static const char *joined(Arena *arena, const Words *words)
{
    const char *text = "";
    VEC_EACH (const char *const, word, words)
        text = arena_printf(arena, "%s%s%s", text, *text ? ", " : "", *word);
    return text;
}

static bool refresh(Workspace *workspace)
{
    Err ignored = {0};
    return session_is_alive(workspace->target.session) && workspace_refresh(workspace, &ignored);
}

static const char *where_it_is(const Workspace *workspace)
{
    const char *current = workspace->status.current;
    return current ? arena_printf(workspace->context->arena, "version %s", current) : "no version";
}

// Repeatable ones have no down.
static const char *repeatables_left(const Workspace *workspace)
{
    Arena *arena = workspace->context->arena;
    Words left = {0};
    VEC_EACH (const AppliedMigration, row, &workspace->target.history)
        if (is_of_run(row, workspace->run_id))
            *vec_append(arena, &left) = row->name;
    return left.len ? arena_printf(arena, "; what is repeatable stays: %s", joined(arena, &left))
                    : "";
}

static void tell_undone(Workspace *workspace, const RunFailure *failure, AfterFailure *after)
{
    Arena *arena = workspace->context->arena;
    bool is_read = refresh(workspace);
    after->state = arena_printf(arena, "this run was taken back (%s); the database is at %s%s",
                                joined(arena, &after->undone),
                                is_read ? where_it_is(workspace) : "the version before",
                                is_read ? repeatables_left(workspace) : "");
    after->next = failure->next;
}

static void tell_broken(Workspace *workspace, const Plan *plan, AfterFailure *after)
{
    Arena *arena = workspace->context->arena;
    bool is_read = refresh(workspace);
    const char *failed =
        after->undone.len < plan->steps.len ? plan->steps.items[after->undone.len].version : "";
    after->exit_code = err_exit_code(ERR_ROLLBACK);
    after->why_not = arena_printf(arena, "the down of version %s failed", failed);
    after->state = arena_printf(
        arena, "of this run %s taken back, version %s was not; the database is %s%s",
        after->undone.len ? arena_printf(arena, "%s was", joined(arena, &after->undone))
                          : "nothing was",
        failed, is_read ? "at " : "not reachable",
        !is_read                  ? ""
        : workspace->status.dirty ? "a version that stopped half way"
                                  : where_it_is(workspace));
    after->next = !is_read || workspace->status.dirty
                      ? "migrate-safe status, then migrate-safe recover"
                      : arena_printf(arena,
                                     "correct the down of version %s, then migrate-safe down "
                                     "--steps %zu",
                                     failed, plan->steps.len - after->undone.len);
}

static void undo_run(Workspace *workspace, const RunFailure *failure, AfterFailure *after)
{
    Arena *arena = workspace->context->arena;
    Plan plan;
    size_t undone = 0;
    if (failure->err->class == ERR_INTERRUPTED) {
        after->why_not = "it was interrupted";
        return;
    }
    if (!plan_undo(workspace, workspace->run_id, &plan, &after->why_not) || plan.steps.len == 0)
        return;
    bool ok =
        undo(workspace, workspace->run_id, &plan, failure->err->message, &undone, &after->undo);
    after->undone = versions_of(arena, &plan, undone);
    if (ok)
        tell_undone(workspace, failure, after);
    else
        tell_broken(workspace, &plan, after);
}

void change_after_failure(Workspace *workspace, const RunFailure *failure, AfterFailure *ret_after)
{
    AfterFailure after = {
        .policy = policy_of(workspace),
        .state = failure->state,
        .next = failure->next,
        .exit_code = err_exit_code(failure->err->class),
    };
    if (failure->plan->direction == DIRECTION_UP && is_policy(workspace, UNDO_RUN))
        undo_run(workspace, failure, &after);
    if (failure->plan->direction == DIRECTION_UP && is_policy(workspace, RESTORE))
        offer_restore(workspace, &after);
    *ret_after = after;
}

json_t *change_failure_json(const AfterFailure *after)
{
    if (!after->policy)
        return json_null();
    json_t *object = json_object();
    json_put(object, "policy", json_cstr(after->policy));
    json_put(object, "undone", json_words(after->undone.items, after->undone.len));
    json_put(object, "why_not", json_cstr(after->why_not));
    json_put(object, "restore", json_cstr(after->restore));
    json_put(object, "error", after->undo.class ? message_json(&after->undo) : json_null());
    return object;
}

// ---- an undo that was broken off

static const char *sentence(Arena *arena, const OpenUndo *open)
{
    return arena_printf(
        arena, "the undo of a run that failed did not come to its end: %s of it %s left",
        message_count(arena, open->left, "version", "versions"), open->left == 1 ? "is" : "are");
}

const char *change_open_undo(Workspace *workspace)
{
    Arena *arena = workspace->context->arena;
    OpenUndo open = {0};
    Err ignored = {0};
    if (!undo_run_find_open(arena, &workspace->target, &open, &ignored) || !open.run_id)
        return NULL;
    return arena_printf(arena, "%s; to end it: migrate-safe down --to %s", sentence(arena, &open),
                        open.stays ? open.stays : "0");
}

void change_tell_undo(Workspace *workspace)
{
    const char *message = change_open_undo(workspace);
    if (message)
        event_emit(&workspace->sink, &(Event){.kind = EVENT_WARNING, .message = message});
}

bool change_finish_undo(Workspace *workspace, Err *err)
{
    Arena *arena = workspace->context->arena;
    OpenUndo open;
    Plan plan;
    const char *why;
    size_t undone;
    if (!is_policy(workspace, UNDO_RUN)) {
        change_tell_undo(workspace);
        return true;
    }
    if (!undo_run_find_open(arena, &workspace->target, &open, err))
        return false;
    if (!open.run_id)
        return true;
    if (!plan_undo(workspace, open.run_id, &plan, &why)) {
        fail(err, ERR_ROLLBACK, "%s", sentence(arena, &open));
        err_detail(err, "it cannot be ended: %s", why);
        return err_hint(err, "migrate-safe down --to %s ends it", open.stays ? open.stays : "0");
    }
    fprintf(workspace->console.out.stream, "%s\n", sentence(arena, &open));
    if (!undo(workspace, open.run_id, &plan, "broken off before", &undone, err)) {
        err->class = ERR_ROLLBACK;
        return err_hint(err, "see where it is: migrate-safe status");
    }
    workspace->has_changed |= undone > 0;
    return workspace_refresh(workspace, err);
}
