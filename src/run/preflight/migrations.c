// The files beside the history: what is about to run, and what keeps it from being done.
#include "run/preflight/preflight_private.h"

#include <string.h>

enum {
    NAMED_MOST = 20
};

static const char *plural(size_t count)
{
    return count == 1 ? "" : "s";
}

static void check_pending(Looking *looking)
{
    Arena *arena = looking->arena;
    const PreflightOptions *options = looking->options;
    const Plan *plan = options->plan;
    bool is_down = plan && plan->direction == DIRECTION_DOWN;
    size_t count = plan ? plan->steps.len : options->status->pending;
    looking->preflight->pending = (int64_t)options->status->pending;
    Check *check = preflight_add(looking, PREFLIGHT_PENDING, VERDICT_PASS, NULL, "%zu %s", count,
                                 is_down ? "to take back" : "pending");
    for (size_t i = 0; plan && i < plan->steps.len && i < NAMED_MOST; i++)
        check_detail(arena, check, "%s %s", plan->steps.items[i].version,
                     plan->steps.items[i].name);
    if (plan && plan->steps.len > NAMED_MOST)
        check_detail(arena, check, "and %zu more", plan->steps.len - NAMED_MOST);
}

// A plan that the history or a file's text does not allow; NULL: another check says why.
static const Err *unsound_plan(const Looking *looking)
{
    const Status *status = looking->options->status;
    return status->edited || status->late || status->dirty || status->replanned
               ? NULL
               : looking->options->plan_error;
}

static void check_files(Looking *looking)
{
    Arena *arena = looking->arena;
    const Err *plan = unsound_plan(looking);
    Words errors = {0};
    VEC_EACH (const Problem, problem, &looking->options->source->problems)
        if (problem->is_error && problem->kind != PROBLEM_EDITED && problem->kind != PROBLEM_LATE)
            *vec_append(arena, &errors) =
                arena_printf(arena, "%s: %s", problem->err.file, problem->err.message);
    if (!errors.len && plan)
        *vec_append(arena, &errors) =
            arena_printf(arena, "%s%s%s", plan->file, plan->file[0] ? ": " : "", plan->message);
    if (!errors.len) {
        preflight_add(looking, PREFLIGHT_FILES, VERDICT_PASS, NULL, "%zu, each can be read",
                      looking->options->source->migrations.len);
        return;
    }
    Check *check = preflight_add(looking, PREFLIGHT_FILES, VERDICT_FAIL, "migrate-safe validate",
                                 "%zu problem%s", errors.len, plural(errors.len));
    for (size_t i = 0; i < errors.len && i < NAMED_MOST; i++)
        check_detail(arena, check, "%s", errors.items[i]);
}

static void name_entries(Looking *looking, Check *check, bool (*is_one)(const StatusEntry *entry))
{
    VEC_EACH (const StatusEntry, entry, &looking->options->status->entries)
        if (is_one(entry) && check->details.len < NAMED_MOST)
            check_detail(looking->arena, check, "%s %s", status_version(entry),
                         entry->migration ? entry->migration->up.path : entry->applied->name);
}

static bool is_edited(const StatusEntry *entry)
{
    return entry->is_edited || entry->is_replanned;
}

static bool is_late(const StatusEntry *entry)
{
    return entry->is_late;
}

static bool is_dirty(const StatusEntry *entry)
{
    return entry->applied && entry->applied->is_dirty;
}

static void check_edited(Looking *looking)
{
    const Status *status = looking->options->status;
    size_t count = status->edited + status->replanned;
    if (!count) {
        preflight_add(looking, PREFLIGHT_EDITED, VERDICT_PASS, NULL, "none");
        return;
    }
    Check *check = preflight_add(
        looking, PREFLIGHT_EDITED, VERDICT_FAIL,
        "put back the text that ran (git log), or take the new one: migrate-safe recover --accept "
        "VERSION",
        "%zu applied file%s changed since", count, count == 1 ? " was" : "s were");
    name_entries(looking, check, is_edited);
}

static void check_late(Looking *looking)
{
    size_t count = looking->options->status->late;
    if (!count) {
        preflight_add(looking, PREFLIGHT_LATE, VERDICT_PASS, NULL, "none");
        return;
    }
    Check *check = preflight_add(
        looking, PREFLIGHT_LATE, looking->options->allows_late ? VERDICT_WARN : VERDICT_FAIL,
        "give it a version behind the last one, or: migrate-safe up "
        "--allow-late",
        "%zu file%s than what is applied", count, count == 1 ? " is older" : "s are older");
    name_entries(looking, check, is_late);
}

static void check_dirty(Looking *looking)
{
    const PreflightOptions *options = looking->options;
    if (!options->status->dirty) {
        preflight_add(looking, PREFLIGHT_DIRTY, VERDICT_PASS, NULL, "none");
        return;
    }
    bool goes_on = options->plan != NULL; // it would not have been made else
    Check *check = preflight_add(looking, PREFLIGHT_DIRTY, goes_on ? VERDICT_WARN : VERDICT_FAIL,
                                 "migrate-safe recover", "%zu stopped half way%s",
                                 options->status->dirty, goes_on ? "; the run goes on there" : "");
    name_entries(looking, check, is_dirty);
}

static void check_drift(Looking *looking)
{
    const Drift *drift = looking->options->drift;
    const char *sentence = drift_sentence(looking->arena, drift);
    looking->preflight->drifted = drift->state == DRIFT_FOUND  ? 1
                                  : drift->state == DRIFT_NONE ? 0
                                                               : -1;
    switch (drift->state) {
    case DRIFT_FOUND:
        preflight_add(looking, PREFLIGHT_DRIFT, VERDICT_WARN,
                      "migrate-safe drift; then drift --sql back, or drift --accept", "%s",
                      sentence);
        break;
    case DRIFT_UNKNOWN:
        preflight_add(looking, PREFLIGHT_DRIFT, VERDICT_UNKNOWN, "migrate-safe drift", "%s",
                      sentence);
        break;
    case DRIFT_NONE:
        preflight_add(looking, PREFLIGHT_DRIFT, VERDICT_PASS, NULL, "%s", sentence);
        break;
    case DRIFT_NOT_LOOKED:
        if (looking->options->target->has_history)
            preflight_add(looking, PREFLIGHT_DRIFT, VERDICT_UNKNOWN,
                          "leave --skip-drift out, or: migrate-safe drift", "not looked for");
        else
            preflight_add(looking, PREFLIGHT_DRIFT, VERDICT_PASS, NULL,
                          "there is no history to drift from");
        break;
    }
}

static void check_history(Looking *looking)
{
    const Target *target = looking->options->target;
    if (target->has_user_tables && !target->has_history)
        preflight_add(looking, PREFLIGHT_HISTORY, VERDICT_FAIL,
                      "record what is there already, without running it: migrate-safe baseline "
                      "VERSION (0: nothing yet)",
                      "there are tables, and no history of migrate-safe");
    else
        preflight_add(looking, PREFLIGHT_HISTORY, VERDICT_PASS, NULL, "%zu applied%s%s",
                      looking->options->status->applied,
                      looking->options->status->current ? ", at version " : "",
                      looking->options->status->current ? looking->options->status->current : "");
}

void preflight_migrations(Looking *looking)
{
    const Plan *plan = looking->options->plan;
    check_history(looking);
    check_pending(looking);
    check_files(looking);
    if (!plan || plan->direction == DIRECTION_UP) {
        check_edited(looking);
        check_late(looking);
    }
    check_dirty(looking);
    check_drift(looking);
}
