#include "check/status.h"

#include "migration/version.h"

#include <stdlib.h>
#include <string.h>

static int by_version(const void *a, const void *b)
{
    const AppliedMigration *const *left = a;
    const AppliedMigration *const *right = b;
    int order = version_compare(str_from((*left)->version), str_from((*right)->version));
    return order ? order : strcmp((*left)->version, (*right)->version);
}

// A baseline stands for what was there before: it needs no file.
static bool is_missing(const StatusEntry *entry)
{
    return entry->applied && !entry->migration && !entry->applied->is_dirty &&
           strcmp(entry->applied->kind, "baseline") != 0;
}

const char *status_word(const StatusEntry *entry)
{
    if (!entry->applied)
        return entry->is_late ? "late" : "pending";
    if (entry->applied->is_dirty)
        return "dirty";
    if (is_missing(entry))
        return "missing";
    return entry->is_edited ? "edited" : "applied";
}

static void count(Status *status, const StatusEntry *entry)
{
    status->applied += entry->applied && !entry->applied->is_dirty;
    status->pending += !entry->applied;
    status->late += entry->is_late;
    status->edited += entry->is_edited;
    status->missing += is_missing(entry);
    status->dirty += entry->applied && entry->applied->is_dirty;
}

static void append(Arena *arena, Status *status, const Migration *migration,
                   const AppliedMigration *applied, const char *highest)
{
    StatusEntry *entry = vec_append(arena, &status->entries);
    entry->migration = migration;
    entry->applied = applied;
    if (!applied)
        entry->is_late =
            highest && version_compare(str_from(migration->version), str_from(highest)) < 0;
    // A baseline row stands for what was there before: no text of ours was run.
    bool is_comparable = applied && migration && strcmp(applied->kind, "baseline") != 0;
    entry->is_edited = is_comparable && !applied->is_dirty &&
                       strcmp(applied->checksum, migration->up.checksum) != 0;
    entry->is_renamed = is_comparable && strcmp(applied->version, migration->version) != 0;
    count(status, entry);
}

void status_build(Arena *arena, const Migrations *migrations, const History *history,
                  Status *ret_status)
{
    Status status = {0};
    size_t applied_count = history->len;
    const AppliedMigration **applied =
        arena_alloc_array(arena, applied_count + 1, sizeof(AppliedMigration *));
    for (size_t i = 0; i < applied_count; i++)
        applied[i] = &history->items[i];
    // Mostly applied in version order: one look instead of a sort.
    bool is_sorted = true;
    for (size_t i = 1; is_sorted && i < applied_count; i++)
        is_sorted = by_version(&applied[i - 1], &applied[i]) < 0;
    if (!is_sorted)
        qsort(applied, applied_count, sizeof *applied, by_version);
    const char *highest = applied_count ? applied[applied_count - 1]->version : NULL;
    status.current = applied_count ? history->items[applied_count - 1].version : NULL;

    vec_reserve(arena, &status.entries, applied_count + migrations->len);
    size_t m = 0;
    size_t a = 0;
    while (m < migrations->len || a < applied_count) {
        const Migration *migration = m < migrations->len ? &migrations->items[m] : NULL;
        const AppliedMigration *row = a < applied_count ? applied[a] : NULL;
        int order = !row ? -1
                    : !migration
                        ? 1
                        : version_compare(str_from(migration->version), str_from(row->version));
        append(arena, &status, order <= 0 ? migration : NULL, order >= 0 ? row : NULL, highest);
        m += order <= 0;
        a += order >= 0;
    }
    *ret_status = status;
}

static const char *entry_version(const StatusEntry *entry)
{
    return entry->migration ? entry->migration->version : entry->applied->version;
}

bool status_find(const Status *status, const char *version, const StatusEntry **ret_entry, Err *err)
{
    const StatusEntry *found = NULL;
    const StatusEntry *another = NULL;
    VEC_EACH (const StatusEntry, entry, &status->entries) {
        if (strcmp(entry_version(entry), version) == 0) {
            *ret_entry = entry;
            return true;
        }
        if (!version_is_valid(str_from(version)) ||
            version_compare(str_from(entry_version(entry)), str_from(version)) != 0)
            continue;
        if (found)
            another = entry;
        else
            found = entry;
    }
    if (another) {
        fail(err, ERR_CONFIG, "version \"%s\" could be %s or %s", version, entry_version(found),
             entry_version(another));
        return err_hint(err, "write it as it is shown: migrate-safe status");
    }
    if (found) {
        *ret_entry = found;
        return true;
    }
    fail(err, ERR_CONFIG, "there is no migration with version \"%s\"", version);
    return err_hint(err, "see the versions: migrate-safe status");
}
