#include "run/backup/prune.h"

#include "io/file.h"
#include "run/backup/server_identity.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

static bool is_of(const BackupManifest *manifest, const Target *target,
                  const char *system_identifier)
{
    bool knows_both = manifest->system_identifier && system_identifier;
    return strcmp(manifest->database, target->database) == 0 &&
           (!knows_both || strcmp(manifest->system_identifier, system_identifier) == 0);
}

static const char *named_by(Arena *arena, const Target *target, const char *id)
{
    VEC_EACH (const AppliedMigration, row, &target->history)
        if (row->backup_id && strcmp(row->backup_id, id) == 0)
            return arena_printf(arena, "%s names it as its way back", row->version);
    return NULL;
}

// Whether somebody may need it who cannot be asked from here.
static const char *needed_by(Arena *arena, const PruneOptions *options,
                             const BackupManifest *manifest, const char *system_identifier)
{
    const Target *target = options->target;
    if (target && is_of(manifest, target, system_identifier))
        return NULL;
    if (str_starts(str_from(manifest->reason), STR("backup")))
        return NULL;
    return arena_printf(arena, "made by %s, and %s was not asked whether it needs it",
                        manifest->reason, manifest->database);
}

// A database is its name and its server: staging's of the same name is another one.
static const char *database_of(Arena *arena, const BackupManifest *manifest)
{
    return arena_printf(arena, "%s %s",
                        manifest->system_identifier ? manifest->system_identifier : "",
                        manifest->database);
}

static void add(Arena *arena, Prune *prune, PruneItem item)
{
    *vec_append(arena, &prune->items) = item;
    if (item.is_kept)
        return;
    prune->going++;
    prune->going_bytes += item.bytes > 0 ? item.bytes : 0;
}

static bool is_chosen(const PruneOptions *options, const char *id)
{
    VEC_EACH (const char *const, chosen, &options->ids)
        if (strcmp(*chosen, id) == 0)
            return true;
    return false;
}

static bool add_backups(Arena *arena, const PruneOptions *options, Prune *prune, Err *err)
{
    ServerIdentity identity = {0};
    size_t count = options->shelf->backups.len;
    RetentionEntry *entries = arena_alloc_array(arena, count ? count : 1, sizeof *entries);
    if (options->target && !server_identity_read(arena, options->target->session, &identity, err))
        return false;
    for (size_t i = 0; i < count; i++) {
        const BackupManifest *manifest = options->shelf->backups.items[i].manifest;
        entries[i] = (RetentionEntry){
            .created_at = manifest->created_at,
            .of = database_of(arena, manifest),
            .is_part = manifest->content != BACKUP_ALL,
            .level = manifest->level,
            .named_by = options->target ? named_by(arena, options->target, manifest->id) : NULL,
            .needed_by = needed_by(arena, options, manifest, identity.system_identifier),
        };
    }
    retention_decide(arena, &options->policy, options->now_ms, entries, count);
    for (size_t i = 0; i < count; i++) {
        const Backup *backup = &options->shelf->backups.items[i];
        int64_t created_ms;
        bool has_time = retention_time_parse(backup->manifest->created_at, &created_ms);
        PruneItem item = {
            .kind = PRUNE_BACKUP,
            .name = backup->manifest->id,
            .path = backup->path,
            .age_ms = has_time ? options->now_ms - created_ms : -1,
            .bytes = backup->manifest->size_bytes,
            .is_kept = entries[i].is_kept,
            .why = entries[i].why,
            .backup = backup,
        };
        if (options->ids.len) {
            item.is_kept = !is_chosen(options, item.name);
            item.why = item.is_kept ? "not named" : "named on the command line";
        }
        add(arena, prune, item);
    }
    return true;
}

static void add_broken(Arena *arena, const PruneOptions *options, Prune *prune)
{
    VEC_EACH (const BackupProblem, problem, &options->shelf->problems) {
        bool goes = problem->has_no_bytes && options->ids.len == 0;
        add(arena, prune,
            (PruneItem){
                .kind = problem->has_no_bytes ? PRUNE_MANIFEST : PRUNE_BROKEN,
                .name = problem->path,
                .path = problem->path,
                .age_ms = -1,
                .bytes = -1,
                .is_kept = !goes,
                .why = problem->has_no_bytes
                           ? "only its manifest is there"
                           : arena_printf(arena, "broken, look at it: %s", problem->err.message),
            });
    }
}

static bool add_half(Arena *arena, const PruneOptions *options, Prune *prune, Err *err)
{
    Words ids = {0};
    if (options->ids.len)
        return true;
    if (!shelf_half_made(arena, prune->folder, &ids, err))
        return false;
    VEC_EACH (const char *const, id, &ids)
        add(arena, prune,
            (PruneItem){.kind = PRUNE_HALF,
                        .name = *id,
                        .age_ms = -1,
                        .bytes = -1,
                        .why = "half a backup, whoever made it is gone"});
    return true;
}

static bool add_databases(Arena *arena, const PruneOptions *options, Prune *prune, Err *err)
{
    ServerDatabases databases = {0};
    const Target *target = options->target;
    if (!target || options->ids.len)
        return true;
    if (!restore_replaced_list(arena, target->session, target->database, &databases, err))
        return false;
    VEC_EACH (const ServerDatabase, database, &databases) {
        int64_t replaced_ms;
        bool has_time =
            database->marker.at && retention_time_parse(database->marker.at, &replaced_ms);
        bool is_old = has_time && options->now_ms - replaced_ms >= options->policy.keep_ms;
        const char *keep = retention_age(arena, options->policy.keep_ms);
        add(arena, prune,
            (PruneItem){
                .kind = PRUNE_DATABASE,
                .name = database->name,
                .age_ms = has_time ? options->now_ms - replaced_ms : -1,
                .bytes = database->bytes,
                .is_kept = !is_old,
                .why = !has_time ? "its time cannot be read"
                       : is_old  ? arena_printf(arena, "replaced by a restore %s ago",
                                                retention_age(arena, options->now_ms - replaced_ms))
                                 : arena_printf(arena, "replaced less than %s ago", keep),
            });
    }
    return true;
}

// The newest proven one of a database is what stands between a mistake and nothing.
static bool is_newest_proven(Arena *arena, const Shelf *shelf, const BackupManifest *manifest)
{
    const BackupManifest *newest = NULL;
    const char *database = database_of(arena, manifest);
    VEC_EACH (const Backup, backup, &shelf->backups)
        if (backup->manifest->content == BACKUP_ALL && backup->manifest->level >= BACKUP_RESTORED &&
            strcmp(database_of(arena, backup->manifest), database) == 0)
            newest = backup->manifest;
    return newest && strcmp(newest->id, manifest->id) == 0;
}

static bool check_chosen(Arena *arena, const PruneOptions *options, Err *err)
{
    VEC_EACH (const char *const, id, &options->ids) {
        Backup chosen;
        if (!shelf_find_in(arena, options->shelf, *id, &chosen, err))
            return false;
        if (!chosen.manifest || !is_newest_proven(arena, options->shelf, chosen.manifest))
            continue;
        fail(err, ERR_CHECK, "%s is the newest backup that was restored for proof: it stays",
             chosen.manifest->id);
        return err_hint(err, "make a newer one first: migrate-safe backup create, then verify it");
    }
    return true;
}

bool prune_look(Arena *arena, const PruneOptions *options, Prune *ret_prune, Err *err)
{
    Prune prune = {.folder = options->shelf->folder};
    if (!check_chosen(arena, options, err) || !add_backups(arena, options, &prune, err) ||
        !add_half(arena, options, &prune, err) || !add_databases(arena, options, &prune, err))
        return false;
    add_broken(arena, options, &prune);
    *ret_prune = prune;
    return true;
}

static bool carry_out(Arena *arena, const PruneOptions *options, const PruneItem *item, Err *err)
{
    switch (item->kind) {
    case PRUNE_BACKUP:
        return shelf_remove(arena, options->shelf->folder, item->backup, err);
    case PRUNE_MANIFEST:
        return unlink(item->path) == 0 || errno == ENOENT ||
               fail_errno(err, ERR_IO, errno, "cannot remove %s", item->path);
    case PRUNE_DATABASE:
        return restore_replaced_drop(arena, options->target->session, item->name, err);
    case PRUNE_HALF:
        shelf_sweep(arena, options->shelf->folder);
        return true;
    case PRUNE_BROKEN:
        break;
    }
    return true;
}

bool prune_carry_out(Arena *arena, const PruneOptions *options, const Prune *prune, Err *err)
{
    VEC_EACH (const PruneItem, item, &prune->items)
        if (!item->is_kept && !carry_out(arena, options, item, err))
            return false;
    return true;
}
