#include "check/status.h"

#include "migration/version.h"

#include <stdlib.h>
#include <string.h>

static int by_key(const void *a, const void *b)
{
    const AppliedMigration *const *left = a;
    const AppliedMigration *const *right = b;
    int order = migration_compare(applied_key(*left), applied_key(*right));
    return order ? order : strcmp((*left)->version, (*right)->version);
}

// A baseline stands for what was there before: it needs no file.
static bool is_missing(const StatusEntry *entry)
{
    return entry->applied && !entry->migration && !entry->applied->is_dirty &&
           strcmp(entry->applied->kind, "baseline") != 0;
}

bool status_is_pending(const StatusEntry *entry)
{
    return (!entry->applied || entry->is_changed) && !entry->is_covered && !entry->is_unused;
}

const char *status_word(const StatusEntry *entry)
{
    if (entry->is_unused)
        return "unused";
    if (entry->is_covered)
        return "covered";
    if (status_is_pending(entry))
        return entry->is_late ? "late" : "pending";
    if (entry->applied->is_dirty)
        return "dirty";
    if (entry->is_replanned)
        return "replanned";
    if (is_missing(entry))
        return "missing";
    return entry->is_edited ? "edited" : "applied";
}

MigrationKey status_key(const StatusEntry *entry)
{
    return entry->migration ? migration_key(entry->migration) : applied_key(entry->applied);
}

static void count(Status *status, const StatusEntry *entry)
{
    bool is_pending = status_is_pending(entry);
    status->applied += entry->applied && !entry->applied->is_dirty && !is_pending;
    status->pending += is_pending;
    status->late += entry->is_late;
    status->edited += entry->is_edited;
    status->missing += is_missing(entry);
    status->replanned += entry->is_replanned;
    status->dirty += entry->applied && entry->applied->is_dirty;
}

// What the whole of history and folder says about each of them.
typedef struct Reach {
    const char *highest;  // version in the history, NULL: none
    const char *baseline; // version up to which a baseline script stands for all, NULL: none
    bool has_rows;
} Reach;

static bool is_up_to(const char *version, const char *last, bool counts_last)
{
    if (!last)
        return false;
    int order = version_compare(str_from(version), str_from(last));
    return counts_last ? order <= 0 : order < 0;
}

static StatusEntry entry_of(const Migration *migration, const AppliedMigration *applied,
                            const Reach *reach)
{
    StatusEntry entry = {.migration = migration, .applied = applied};
    bool is_open = !applied;
    if (is_open && migration->kind == MIGRATION_BASELINE)
        entry.is_unused = reach->has_rows || is_up_to(migration->version, reach->baseline, false);
    if (is_open && migration->kind == MIGRATION_VERSIONED) {
        entry.is_covered = is_up_to(migration->version, reach->baseline, true);
        entry.is_late = !entry.is_covered && !migration->is_late_allowed &&
                        is_up_to(migration->version, reach->highest, false);
    }
    // A recorded version stands for what was there before: no text of ours was run.
    bool is_comparable = applied && migration &&
                         (strcmp(applied->kind, "baseline") != 0 || applied->statements_total > 0);
    bool differs = is_comparable && !applied->is_dirty &&
                   strcmp(applied->checksum, migration->up.checksum) != 0;
    bool is_repeatable = migration && migration->kind == MIGRATION_REPEATABLE;
    entry.is_replanned = applied && migration && migration->is_placed &&
                         strcmp(applied->layout, migration->layout) == 0 &&
                         strcmp(applied->name, migration->name) != 0;
    entry.is_edited = differs && !is_repeatable && !entry.is_replanned;
    entry.is_changed = differs && is_repeatable;
    entry.is_renamed = is_comparable && strcmp(applied->version, migration->version) != 0;
    return entry;
}

static Reach reach_of(const Migrations *migrations, const AppliedMigration *const *sorted,
                      size_t count)
{
    Reach reach = {.has_rows = count > 0};
    for (size_t i = 0; i < count; i++) {
        MigrationKey key = applied_key(sorted[i]);
        if (key.kind != MIGRATION_REPEATABLE)
            reach.highest = key.version;
        if (key.kind == MIGRATION_BASELINE)
            reach.baseline = key.version;
    }
    if (!count)
        VEC_EACH (const Migration, migration, migrations)
            if (migration->kind == MIGRATION_BASELINE)
                reach.baseline = migration->version;
    return reach;
}

static const char *current_version(const History *history)
{
    for (size_t i = history->len; i > 0; i--)
        if (applied_key(&history->items[i - 1]).kind != MIGRATION_REPEATABLE)
            return history->items[i - 1].version;
    return NULL;
}

void status_build(Arena *arena, const Migrations *migrations, const History *history,
                  Status *ret_status)
{
    size_t applied_count = history->len;
    Status status = {.current = current_version(history), .has_rows = applied_count > 0};
    const AppliedMigration **applied =
        arena_alloc_array(arena, applied_count + 1, sizeof(AppliedMigration *));
    for (size_t i = 0; i < applied_count; i++)
        applied[i] = &history->items[i];
    // Mostly applied in version order: one look instead of a sort.
    bool is_sorted = true;
    for (size_t i = 1; is_sorted && i < applied_count; i++)
        is_sorted = by_key(&applied[i - 1], &applied[i]) < 0;
    if (!is_sorted)
        qsort(applied, applied_count, sizeof *applied, by_key);
    Reach reach = reach_of(migrations, applied, applied_count);

    vec_reserve(arena, &status.entries, applied_count + migrations->len);
    size_t m = 0;
    size_t a = 0;
    while (m < migrations->len || a < applied_count) {
        const Migration *migration = m < migrations->len ? &migrations->items[m] : NULL;
        const AppliedMigration *row = a < applied_count ? applied[a] : NULL;
        int order = !row         ? -1
                    : !migration ? 1
                                 : migration_compare(migration_key(migration), applied_key(row));
        StatusEntry *entry = vec_append(arena, &status.entries);
        *entry = entry_of(order <= 0 ? migration : NULL, order >= 0 ? row : NULL, &reach);
        count(&status, entry);
        m += order <= 0;
        a += order >= 0;
    }
    *ret_status = status;
}

const char *status_version(const StatusEntry *entry)
{
    return status_key(entry).version;
}

// A version and the baseline script of the same number: the applied one is meant.
static bool is_twin(const StatusEntry *a, const StatusEntry *b)
{
    MigrationKey one = status_key(a);
    MigrationKey other = status_key(b);
    return one.kind != other.kind &&
           version_compare(str_from(one.version), str_from(other.version)) == 0;
}

bool status_find(const Status *status, const char *version, const StatusEntry **ret_entry, Err *err)
{
    const StatusEntry *found = NULL;
    const StatusEntry *another = NULL;
    bool is_exact = false;
    VEC_EACH (const StatusEntry, entry, &status->entries) {
        const char *own = status_key(entry).version;
        bool is_text = strcmp(own, version) == 0;
        if (!is_text && (!version_is_valid(str_from(version)) ||
                         version_compare(str_from(own), str_from(version)) != 0))
            continue;
        if (found && is_twin(found, entry)) {
            found = entry->applied ? entry : found;
            is_exact |= is_text;
        } else if (is_text || !found) {
            found = entry;
            is_exact = is_text;
        } else {
            another = entry;
        }
    }
    if (another && !is_exact) {
        fail(err, ERR_CONFIG, "version \"%s\" could be %s or %s", version,
             status_key(found).version, status_key(another).version);
        return err_hint(err, "write it as it is shown: migrate-safe status");
    }
    if (found) {
        *ret_entry = found;
        return true;
    }
    if (!status_find_name(status, version, &found, err))
        return false;
    if (found) {
        *ret_entry = found;
        return true;
    }
    bool is_version = version_is_valid(str_from(version));
    fail(err, ERR_CONFIG, "there is no migration with version %s\"%s\"",
         is_version ? "" : "or name ", version);
    return err_hint(err, "see the versions: migrate-safe status");
}
