// What the copy is made from: the cheapest that shows the truth, or what was asked for.
#include "run/rehearse/place_private.h"

#include "base/size.h"
#include "check/retention.h"
#include "io/clock.h"
#include "run/backup/server_identity.h"
#include "run/snapshot.h"

#include <string.h>

static const int64_t AGE_MOST_MS = 24LL * 60 * 60 * 1000;
static const int64_t DUMP_BYTES_MOST = 10LL << 30;

bool place_is_copy(const RehearsalPlace *place)
{
    return place->copy.kind <= REHEARSAL_FROM_CLONE ||
           (place->copy.kind == REHEARSAL_FROM_GENERATED && place->target);
}

// ---- a backup

static int64_t age_ms(const BackupManifest *manifest)
{
    char text[CLOCK_TEXT];
    int64_t now;
    int64_t then;
    clock_now_rfc3339(text);
    if (!retention_time_parse(text, &now) || !retention_time_parse(manifest->created_at, &then))
        return INT64_MAX;
    return now - then;
}

static const char *last_version(const History *history)
{
    return history->len ? history->items[history->len - 1].version : "";
}

// Of this database, and whole.
static bool is_of_target(const RehearsalPlace *place, const ServerIdentity *server,
                         const BackupManifest *manifest)
{
    return manifest->content == BACKUP_ALL &&
           strcmp(manifest->database, place->target->database) == 0 &&
           (!manifest->system_identifier || !server->system_identifier ||
            strcmp(manifest->system_identifier, server->system_identifier) == 0);
}

static bool find_newest(RehearsalPlace *place, const char *folder, Err *err)
{
    Shelf shelf;
    ServerIdentity server = {0};
    if (!server_identity_read(place->arena, place->target->session, &server, err) ||
        !shelf_load(place->arena, folder, &shelf, err))
        return false;
    for (size_t i = shelf.backups.len; i-- > 0;)
        if (is_of_target(place, &server, shelf.backups.items[i].manifest)) {
            place->backup = shelf.backups.items[i];
            return true;
        }
    return true;
}

static bool find_wanted_backup(RehearsalPlace *place, const char *folder, Err *err)
{
    const RehearsalPlaceOptions *options = &place->options;
    if (options->backup)
        return shelf_find(place->arena, folder, options->backup, &place->backup, err);
    if (!place->target) {
        fail(err, ERR_CONFIG, "which backup is not known: no database is configured");
        return err_hint(err, "name a backup, or a database: --database URL");
    }
    if (!find_newest(place, folder, err))
        return false;
    if (place->backup.path)
        return true;
    fail(err, ERR_CONFIG, "%s has no whole backup of database %s", folder, place->target->database);
    return err_hint(err, "migrate-safe backup create, or another copy: --from dump");
}

// Why the newest one does not stand for the database as it is now; NULL: it does.
static bool judge(RehearsalPlace *place, const char **ret_why, Err *err)
{
    Snapshot now;
    const BackupManifest *manifest = place->backup.manifest;
    Target *target = place->target;
    const char *version = manifest->migration_version ? manifest->migration_version : "";
    *ret_why = NULL;
    if (age_ms(manifest) > AGE_MOST_MS)
        *ret_why = "the newest backup is older than a day";
    else if (manifest->server_major != session_server_major(target->session))
        *ret_why = "the newest backup is of another version of PostgreSQL";
    else if (strcmp(version, last_version(&target->history)) != 0)
        *ret_why = "the newest backup is from before the migration that was applied last";
    if (*ret_why)
        return true;
    if (!snapshot_take(place->arena, target->session, place_own_schema(place), &now, err))
        return err_note(err, "comparing the database with its newest backup");
    Differences differences = {0};
    if (manifest->schema)
        snapshot_compare(place->arena, manifest->schema, &now, SNAPSHOT_DUMPED, 1, &differences);
    if (!manifest->schema || differences.len)
        *ret_why = "the newest backup has another schema";
    return true;
}

static bool find_candidate(RehearsalPlace *place, const char *folder, Err *err)
{
    if (!find_newest(place, folder, err))
        return false;
    place->no_backup = "there is no backup of it";
    if (!place->backup.path)
        return true;
    if (!judge(place, &place->no_backup, err))
        return false;
    if (place->no_backup)
        place->backup = (Backup){0};
    return true;
}

static bool refuse_without_target(const RehearsalPlace *place, Err *err)
{
    fail(err, ERR_CONFIG, "a copy from %s needs a database, and none is configured",
         rehearsal_copy_word(place->options.kind));
    return err_hint(err, "name it: --database URL; or take another copy: --from empty");
}

static bool find_asked(RehearsalPlace *place, const char *folder, Err *err)
{
    RehearsalCopyKind kind = place->options.kind;
    place->copy.kind = kind;
    if (kind == REHEARSAL_FROM_BACKUP)
        return find_wanted_backup(place, folder, err);
    if (!place->target && (kind == REHEARSAL_FROM_DUMP || kind == REHEARSAL_FROM_CLONE))
        return refuse_without_target(place, err);
    if (kind != REHEARSAL_FROM_CLONE || place->options.on)
        return true;
    fail(err, ERR_CONFIG, "a clone is made by the target's own server, which no --on names");
    return err_hint(err, "--on URL of that server, as a role with CREATEDB that owns %s",
                    place->target->database);
}

static bool read_size(RehearsalPlace *place, Err *err)
{
    Rows rows;
    if (place->backup.manifest)
        place->size_bytes = place->backup.manifest->database_bytes;
    if (!place->target || place->backup.manifest)
        return true;
    if (!session_query(place->target->session, place->arena,
                       "SELECT pg_catalog.pg_database_size(pg_catalog.current_database())", 0, NULL,
                       &rows, err))
        return false;
    place->size_bytes = rows_int(&rows, 0, 0);
    return true;
}

bool place_choose_backup(RehearsalPlace *place, Err *err)
{
    const char *folder = place->options.shelf ? place->options.shelf : SHELF_DEFAULT;
    if (place->options.has_kind)
        return find_asked(place, folder, err) && read_size(place, err);
    place->copy.kind = REHEARSAL_FROM_EMPTY;
    return !place->target || (find_candidate(place, folder, err) && read_size(place, err));
}

// ---- the choice

static bool has_room(RehearsalPlace *place)
{
    int64_t free_bytes;
    return !place_server_free(place, &free_bytes) || free_bytes >= place->size_bytes;
}

static void choose_dump_or_generated(RehearsalPlace *place)
{
    Arena *arena = place->arena;
    const char *size = size_text(arena, place->size_bytes);
    const char *name = place->target->database;
    int64_t most =
        place->options.dump_bytes_most ? place->options.dump_bytes_most : DUMP_BYTES_MOST;
    bool is_small = place->size_bytes <= most;
    if (is_small && has_room(place)) {
        place->copy.kind = REHEARSAL_FROM_DUMP;
        place->copy.why = arena_printf(arena, "%s, and a dump of %s, which has %s, is quickly made",
                                       place->no_backup, name, size);
        return;
    }
    place->copy.kind = REHEARSAL_FROM_GENERATED;
    place->copy.why =
        is_small
            ? arena_printf(arena, "%s, and there is no room for %s, which has %s", place->no_backup,
                           name, size)
            : arena_printf(arena, "%s, and %s has %s: more than %s is dumped only when asked for",
                           place->no_backup, name, size, size_text(arena, most));
}

static bool choose(RehearsalPlace *place, Err *err)
{
    RehearsalCopy *copy = &place->copy;
    if (!place->target) {
        copy->why = "no database is configured";
        return true;
    }
    if (place->backup.path && has_room(place)) {
        copy->kind = REHEARSAL_FROM_BACKUP;
        copy->why = arena_printf(place->arena,
                                 "the newest backup is %s old, and has the schema and the "
                                 "migrations that the database has",
                                 retention_age(place->arena, age_ms(place->backup.manifest)));
        return true;
    }
    if (place->backup.path)
        place->no_backup = "there is no room for the newest backup";
    place->backup = (Backup){0};
    if (!read_size(place, err))
        return false;
    choose_dump_or_generated(place);
    return true;
}

// A dump is not for older servers.
static bool check_major(const RehearsalPlace *place, Err *err)
{
    const BackupManifest *manifest = place->backup.manifest;
    int from = manifest        ? manifest->server_major
               : place->target ? session_server_major(place->target->session)
                               : 0;
    if (!place_is_copy(place) || from <= place->major)
        return true;
    fail(err, ERR_CONFIG, "a copy of a database of PostgreSQL %d cannot be made on a server of %d",
         from, place->major);
    return place->options.on ? err_hint(err, "name a server of %d or newer: --on URL", from)
                             : err_hint(err, "leave the version to the database");
}

bool place_choose(RehearsalPlace *place, Err *err)
{
    if (place->options.has_kind)
        place->copy.why = "it was asked for";
    else if (!choose(place, err))
        return false;
    if (!check_major(place, err))
        return false;
    const BackupManifest *manifest = place->backup.manifest;
    if (manifest) {
        place->copy.backup_id = manifest->id;
        place_limit(place, "it is as the backup found the database, %s ago (%s)",
                    retention_age(place->arena, age_ms(manifest)), manifest->created_at);
    }
    return true;
}
