// Room: on the server for what is written anew, here for a backup and its restore.
#include "base/size.h"
#include "io/file.h"
#include "io/json.h"
#include "queries.h"
#include "run/preflight/preflight_private.h"
#include "run/server_disk.h"

#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>

enum {
    LOCK_TIMEOUT_MS = 200,
    NAMED_MOST = 10,
};

static const char *rooms_json(const Looking *looking)
{
    JSON_SCOPED list = json_array();
    VEC_EACH (const WantedRoom, room, &looking->rooms) {
        json_t *item = json_object();
        json_put(item, "relation", json_cstr(room->relation));
        json_put(item, "is_rewritten", json_boolean(room->is_rewritten));
        json_array_append_new(list, item);
    }
    return json_line(looking->arena, list);
}

// The size of a table is asked of the table itself, which somebody may hold: not waited for.
static bool ask_room(Looking *looking, Rows *ret_rows, Err *err)
{
    const char *parameters[] = {rooms_json(looking)};
    Session *session = looking->session;
    const char *bound = arena_printf(looking->arena, "BEGIN READ ONLY; SET LOCAL lock_timeout = %d",
                                     LOCK_TIMEOUT_MS);
    if (!session_exec(session, bound, err))
        return false;
    bool ok = session_query(session, looking->arena, QUERY_PREFLIGHT_ROOM.text, 1, parameters,
                            ret_rows, err);
    if (ok)
        return session_exec(session, "COMMIT", err);
    session_rollback(session);
    return false;
}

static void check_server(Looking *looking)
{
    Arena *arena = looking->arena;
    Rows rows = {0};
    Err err = {0};
    int64_t needed = 0;
    int64_t free_bytes;
    if (!looking->rooms.len) {
        preflight_add(looking, PREFLIGHT_DISK, VERDICT_PASS, NULL,
                      "the plan writes no table and no index anew");
        return;
    }
    if (!ask_room(looking, &rows, &err)) {
        preflight_unknown(looking, PREFLIGHT_DISK, &err);
        return;
    }
    for (size_t i = 0; i < rows.count; i++)
        needed += rows_int(&rows, i, 1);
    bool is_known = looking->is_superuser && server_disk_free(arena, looking->session, &free_bytes);
    // Beside itself as much again of WAL.
    Verdict verdict = !needed                   ? VERDICT_PASS
                      : !is_known               ? VERDICT_UNKNOWN
                      : free_bytes < needed     ? VERDICT_FAIL
                      : free_bytes / 2 < needed ? VERDICT_WARN
                                                : VERDICT_PASS;
    Check *check =
        preflight_add(looking, PREFLIGHT_DISK, verdict,
                      is_known ? "make room, or avoid the rewrite: migrate-safe lint --fix"
                               : "on the server: df -h \"$(psql -XAtc 'SHOW data_directory')\"",
                      "%s is written anew, and as much WAL; free: %s", size_text(arena, needed),
                      is_known ? size_text(arena, free_bytes) : "cannot be asked from here");
    for (size_t i = 0; i < rows.count && i < NAMED_MOST; i++)
        check_detail(arena, check, "%s: %s", rows_text(&rows, i, 0),
                     size_text(arena, rows_int(&rows, i, 1)));
}

// The folder, or the one that it will be made in.
static bool free_at(Arena *arena, const char *path, int64_t *ret_bytes)
{
    struct statvfs disk;
    while (!file_exists(path)) {
        const char *slash = strrchr(path, '/');
        if (!slash || slash == path)
            path = slash ? "/" : ".";
        else
            path = arena_dup(arena, (Str){path, (size_t)(slash - path)});
    }
    if (statvfs(path, &disk) != 0)
        return false;
    *ret_bytes = (int64_t)disk.f_bavail * (int64_t)disk.f_frsize;
    return true;
}

// By the newest backup, grown as the database has; else at most the database.
static int64_t backup_bytes(const PreflightBackup *backup, int64_t database_bytes,
                            bool *is_measured)
{
    *is_measured = backup->newest_bytes > 0 && backup->newest_of > 0;
    if (!*is_measured)
        return database_bytes;
    double grown = (double)database_bytes / (double)backup->newest_of;
    return (int64_t)((double)backup->newest_bytes * grown);
}

static void check_room_for(Looking *looking, PreflightId id, const char *folder, int64_t needed,
                           const char *basis, bool is_measured, const char *fix)
{
    Arena *arena = looking->arena;
    int64_t free_bytes;
    if (!free_at(arena, folder, &free_bytes)) {
        preflight_add(looking, id, VERDICT_UNKNOWN, arena_printf(arena, "df -h %s", folder),
                      "the room in %s is not known", folder);
        return;
    }
    bool is_enough = free_bytes >= needed;
    preflight_add(looking, id,
                  is_enough     ? VERDICT_PASS
                  : is_measured ? VERDICT_FAIL
                                : VERDICT_WARN,
                  fix, "%s free in %s, needed: %s (%s)", size_text(arena, free_bytes), folder,
                  size_text(arena, needed), basis);
}

void preflight_disk(Looking *looking)
{
    const PreflightBackup *backup = looking->options->backup;
    int64_t database_bytes = looking->preflight->schema_bytes;
    check_server(looking);
    if (!backup->is_made || database_bytes < 0)
        return;
    bool is_measured;
    int64_t needed = backup_bytes(backup, database_bytes, &is_measured);
    check_room_for(looking, PREFLIGHT_DISK_BACKUP, backup->folder, needed,
                   is_measured ? "as the newest one, grown as the database has"
                               : "at most the database",
                   is_measured, "make room, or: backup-folder: DIR");
    if (!backup->is_restored || (backup->restore_most && database_bytes > backup->restore_most))
        return;
    const char *place = getenv("TMPDIR");
    check_room_for(looking, PREFLIGHT_DISK_RESTORE, place && *place ? place : "/tmp",
                   database_bytes, "the database", true,
                   "make room, or TMPDIR=DIR, or: backup-level: readable");
}
