#include "check/plan.h"

#include "base/text.h"
#include "check/replanned.h"
#include "migration/version.h"

#include <string.h>

void plan_digest_add(Sha256 *hash, Direction direction, const char *version, const char *checksum)
{
    sha256_add(hash, direction == DIRECTION_UP ? STR("up ") : STR("down "));
    sha256_add(hash, str_from(version));
    sha256_add(hash, STR(" "));
    sha256_add(hash, str_from(checksum));
    sha256_add(hash, STR("\n"));
}

void plan_digest(Plan *plan)
{
    Sha256 *hash = sha256_new();
    VEC_EACH (const Step, step, &plan->steps)
        plan_digest_add(hash, step->direction, step->version, step->script.checksum);
    sha256_finish(hash, plan->digest);
}

static bool is_baseline_script(const Step *step)
{
    return step->migration && step->migration->kind == MIGRATION_BASELINE;
}

bool step_is_verified(const Step *step)
{
    return step->direction == DIRECTION_UP &&
           (step->verify || step->script.directives.verifies.len);
}

bool plan_is_same(const Plan *a, const Plan *b)
{
    if (a->direction != b->direction || a->steps.len != b->steps.len)
        return false;
    for (size_t i = 0; i < a->steps.len; i++) {
        const Step *one = &a->steps.items[i];
        const Step *other = &b->steps.items[i];
        if (strcmp(one->version, other->version) != 0 || one->resumes != other->resumes ||
            is_baseline_script(one) != is_baseline_script(other) ||
            (one->resumes && one->applied->statements_done != other->applied->statements_done))
            return false;
    }
    return true;
}

// "003, 005 and 2 more": the versions for which `is_chosen` holds.
static const char *list_versions(Arena *arena, const Status *status, const char *word)
{
    enum {
        SHOWN = 5
    };
    TEXT_SCOPED out;
    text_init(&out, 512);
    size_t count = 0;
    VEC_EACH (const StatusEntry, entry, &status->entries) {
        if (strcmp(status_word(entry), word) != 0)
            continue;
        const char *version =
            entry->migration ? entry->migration->version : entry->applied->version;
        if (count++ < SHOWN)
            text_printf(&out, "%s%s", count > 1 ? ", " : "", version);
    }
    if (count > SHOWN)
        text_printf(&out, " and %zu more", count - SHOWN);
    return arena_dup(arena, text_str(&out));
}

static const StatusEntry *find_dirty(const Status *status)
{
    VEC_EACH (const StatusEntry, entry, &status->entries)
        if (entry->applied && entry->applied->is_dirty)
            return entry;
    return NULL;
}

// Only the way it was going can a half-done migration be taken on by itself; the other way a person
// decides.
static bool check_dirty(const Status *status, Direction direction, Err *err)
{
    const StatusEntry *entry = find_dirty(status);
    if (!entry)
        return true;
    const AppliedMigration *row = entry->applied;
    bool is_down = direction == DIRECTION_DOWN;
    if (row->is_dirty_down != is_down) {
        fail(err, ERR_CHECK, "version %s is half %s: %lld of %lld statements are committed",
             row->version, row->is_dirty_down ? "taken back" : "applied",
             (long long)row->statements_done, (long long)row->statements_total);
        return err_hint(
            err, "finish it: migrate-safe %s, or see what else can be done: migrate-safe recover",
            row->is_dirty_down ? "down" : "up");
    }
    if (!is_down && !entry->migration) {
        fail(err, ERR_CHECK, "version %s stopped half way, and its file is gone", row->version);
        return err_hint(err, "put the file back, or settle it: migrate-safe recover");
    }
    return true;
}

static bool check_up(Arena *arena, const Status *status, const PlanOptions *options, Err *err)
{
    if (!replanned_check(status, err) || !check_dirty(status, DIRECTION_UP, err))
        return false;
    VEC_EACH (const StatusEntry, entry, &status->entries)
        if (entry->is_edited) {
            fail(err, ERR_CHECK, "version %s was edited after it was applied",
                 entry->migration->version);
            err_at(err, entry->migration->up.path, (Position){1, 1});
            if (status->edited > 1)
                err_detail(err, "edited: %s", list_versions(arena, status, "edited"));
            return err_hint(err,
                            "put the file back and write a new migration, or accept the new text: "
                            "migrate-safe recover --accept %s",
                            entry->migration->version);
        }
    if (!status->late || options->allow_late)
        return true;
    VEC_EACH (const StatusEntry, entry, &status->entries)
        if (entry->is_late) {
            fail(err, ERR_CHECK, "version %s is late: a later version is applied already",
                 entry->migration->version);
            err_at(err, entry->migration->up.path, (Position){1, 1});
            if (status->late > 1)
                err_detail(err, "late: %s", list_versions(arena, status, "late"));
            return err_hint(
                err, "rename it to a new version, or apply it with: migrate-safe up --allow-late");
        }
    return true;
}

static void append_up(Arena *arena, Plan *plan, const StatusEntry *entry)
{
    Step *step = vec_append(arena, &plan->steps);
    *step = (Step){
        .direction = DIRECTION_UP,
        .version = entry->applied ? entry->applied->version : entry->migration->version,
        .name = entry->migration->name,
        .migration = entry->migration,
        .applied = entry->applied,
        .is_late = entry->is_late,
        .resumes = entry->applied && entry->applied->is_dirty,
    };
}

// A version and the baseline script of the same number are at the same place.
static bool is_up_to(const StatusEntry *entry, const StatusEntry *last)
{
    if (!last)
        return true;
    MigrationKey key = status_key(entry);
    MigrationKey end = status_key(last);
    bool has_repeatable = key.kind == MIGRATION_REPEATABLE || end.kind == MIGRATION_REPEATABLE;
    return (has_repeatable ? migration_compare(key, end)
                           : version_compare(str_from(key.version), str_from(end.version))) <= 0;
}

// The baseline script that an empty history begins with, NULL when there is none.
static const StatusEntry *find_baseline(const Status *status, const StatusEntry *last)
{
    const StatusEntry *found = NULL;
    if (!status->has_rows)
        VEC_EACH (const StatusEntry, entry, &status->entries)
            if (status_key(entry).kind == MIGRATION_BASELINE && is_up_to(entry, last))
                found = entry;
    return found;
}

// What `up` has to choose from.
typedef struct Choice {
    const Status *status;
    const StatusEntry *last;     // NULL: all
    const StatusEntry *baseline; // NULL: none is run
    const char *only;
} Choice;

static bool is_chosen(const Choice *choice, const StatusEntry *entry)
{
    MigrationKind kind = status_key(entry).kind;
    bool is_repeatable = kind == MIGRATION_REPEATABLE;
    if (!is_up_to(entry, choice->last))
        return false;
    // History may have spelled the version otherwise than the file does.
    if (choice->only && !is_repeatable &&
        version_compare(str_from(choice->only), str_from(status_key(entry).version)) != 0)
        return false;
    if (is_repeatable || choice->status->has_rows)
        return status_is_pending(entry);
    if (kind == MIGRATION_BASELINE || !choice->baseline)
        return entry == choice->baseline || kind == MIGRATION_VERSIONED;
    return !is_up_to(entry, choice->baseline);
}

static int count_covered(const Status *status, const StatusEntry *baseline)
{
    int count = 0;
    VEC_EACH (const StatusEntry, entry, &status->entries)
        count += status_key(entry).kind == MIGRATION_VERSIONED && is_up_to(entry, baseline);
    return count;
}

bool plan_up(Arena *arena, const Status *status, const PlanOptions *options, Plan *ret_plan,
             Err *err)
{
    if (!check_up(arena, status, options, err))
        return false;
    const StatusEntry *last = NULL;
    if (options->to && !status_find(status, options->to, &last, err))
        return false;
    Plan plan = {.direction = DIRECTION_UP};
    vec_reserve(arena, &plan.steps, status->pending + 1); // growing would leave as much behind
    const StatusEntry *dirty = find_dirty(status);
    if (dirty)
        append_up(arena, &plan, dirty);
    Choice choice = {status, last, find_baseline(status, last), options->only};
    VEC_EACH (const StatusEntry, entry, &status->entries) {
        if (options->steps && plan.steps.len == (size_t)options->steps)
            break;
        if (!is_chosen(&choice, entry))
            continue;
        append_up(arena, &plan, entry);
        if (entry == choice.baseline)
            plan.steps.items[plan.steps.len - 1].covers = count_covered(status, entry);
    }
    *ret_plan = plan;
    return true;
}

static const Migration *migration_of(const Status *status, const AppliedMigration *applied)
{
    VEC_EACH (const StatusEntry, entry, &status->entries)
        if (entry->applied == applied && !entry->is_replanned)
            return entry->migration;
    return NULL;
}

static bool append_down(Arena *arena, Plan *plan, const Status *status,
                        const AppliedMigration *applied, Err *err)
{
    const Migration *migration = migration_of(status, applied);
    if (strcmp(applied->kind, "baseline") == 0) {
        fail(err, ERR_CHECK,
             applied_key(applied).kind == MIGRATION_BASELINE
                 ? "version %s was made by a baseline script, which has no way back"
                 : "version %s is a baseline: what it stands for was never run by migrate-safe",
             applied->version);
        return err_hint(err, "stop above it: migrate-safe down --to %s", applied->version);
    }
    const char *reason = migration ? migration->up.directives.irreversible : NULL;
    bool has_file = migration && migration->down.is_present;
    if (reason && !has_file) {
        fail(err, ERR_CHECK, "version %s is irreversible: %s", applied->version, reason);
        return err_hint(err, "restore a backup, or write a new migration that repairs what it did");
    }
    if (!has_file && !applied->has_down) {
        fail(err, ERR_CHECK, "version %s has no down migration", applied->version);
        if (migration)
            err_at(err, migration->up.path, (Position){1, 1});
        return err_hint(
            err, "write it (see: migrate-safe new --help for its place), or restore a backup");
    }
    Step *step = vec_append(arena, &plan->steps);
    *step = (Step){
        .direction = DIRECTION_DOWN,
        .version = applied->version,
        .name = applied->name,
        .migration = has_file ? migration : NULL,
        .applied = applied,
        .resumes = applied->is_dirty,
    };
    return true;
}

static bool is_repeatable_row(const AppliedMigration *row)
{
    return applied_key(row).kind == MIGRATION_REPEATABLE;
}

// How many of the newest versions go so that `to` is the last that stays; "0" takes all.
static bool rows_above(const Status *status, const History *history, const char *to,
                       size_t *ret_count, Err *err)
{
    const StatusEntry *entry = NULL;
    if (strcmp(to, "0") == 0) {
        *ret_count = history->len;
        return true;
    }
    if (!status_find(status, to, &entry, err))
        return false;
    if (!entry->applied) {
        fail(err, ERR_CHECK, "version %s is not applied, so there is no way down to it", to);
        return err_hint(err, "see what is applied: migrate-safe status");
    }
    if (is_repeatable_row(entry->applied)) {
        fail(err, ERR_CONFIG, "%s is a repeatable migration: there is no way down to it", to);
        return err_hint(err, "name a version: migrate-safe status");
    }
    size_t count = 0;
    const AppliedMigration *row = history->items + history->len - 1;
    for (; row != entry->applied; row--)
        count += !is_repeatable_row(row);
    *ret_count = count;
    return true;
}

bool plan_down(Arena *arena, const Status *status, const History *history,
               const PlanOptions *options, Plan *ret_plan, Err *err)
{
    if (!check_dirty(status, DIRECTION_DOWN, err))
        return false;
    size_t count = options->steps ? (size_t)options->steps : 1;
    if (options->to && !rows_above(status, history, options->to, &count, err))
        return false;
    Plan plan = {.direction = DIRECTION_DOWN, .allows_empty_down = options->allow_empty_down};
    int forgets = 0; // repeatable rows since the step before
    for (size_t i = history->len; i > 0 && plan.steps.len < count; i--) {
        const AppliedMigration *row = &history->items[i - 1];
        if (is_repeatable_row(row)) {
            forgets++;
            continue;
        }
        if (!append_down(arena, &plan, status, row, err))
            return false;
        plan.steps.items[plan.steps.len - 1].forgets = forgets;
        forgets = 0;
    }
    *ret_plan = plan;
    return true;
}
