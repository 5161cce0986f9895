// The new database of a restore: made as the backup's was, filled, and compared with what the
// backup's manifest says.
#include "io/clock.h"
#include "io/fault.h"
#include "io/json.h"
#include "pg/conninfo.h"
#include "queries.h"
#include "run/backup/database_sql.h"
#include "run/backup/equal.h"
#include "run/backup/load.h"
#include "run/backup/manifest.h"
#include "run/backup/restore_private.h"
#include "run/backup/verify.h"
#include "sql/quote.h"

#include <stdio.h>
#include <string.h>

// As the backup's database was made, else as the live one is; where the live one is.
static DatabaseKind kind_of(const Restore *restore)
{
    const BackupManifest *manifest = restore->options.backup->manifest;
    const ServerDatabase *live = &restore->fact;
    DatabaseKind kind = {
        .encoding = live->encoding,
        .collate = live->collate,
        .ctype = live->ctype,
        .locale_provider = live->locale_provider,
        .locale = live->locale,
    };
    if (manifest && manifest->encoding)
        kind = database_kind_of(manifest);
    kind.tablespace = live->tablespace;
    return kind;
}

bool server_create(Arena *arena, const Restore *restore, Err *err)
{
    DatabaseKind kind = kind_of(restore);
    const char *sql =
        database_creation(arena, restore->copy, &kind, session_server_major(restore->server));
    if (session_exec(restore->server, sql, err))
        return true;
    err_note(err, "making database %s", restore->copy);
    if (strstr(err->message, "locale"))
        err_hint(err, "install that locale where the server is (locale-gen); or make an empty "
                      "database of another one, and restore with --into NAME");
    if (str_eq(str_from(err->sqlstate), STR("42501")))
        err_hint(err, "let a superuser run: ALTER ROLE %s CREATEDB", session_user(restore->server));
    return false;
}

static bool is_data_only(const Backup *backup)
{
    return backup->manifest && backup->manifest->content == BACKUP_DATA_ONLY;
}

// Who is no superuser makes things for those alone that it is a member of. Beside, as its own, they
// are better than nothing; in place of the live database they would change whose they are.
static bool choose_owners(Arena *arena, Restore *restore, const BackupContents *contents,
                          LoadOptions *options, Err *err)
{
    Rows rows;
    if (restore->is_superuser || !restore->options.into)
        return true;
    const char *parameter = json_words_line(arena, contents->roles.items, contents->roles.len);
    if (!session_query(restore->server, arena, QUERY_RESTORE_FOREIGN_ROLES.text, 1, &parameter,
                       &rows, err))
        return false;
    options->is_without_owners = restore->is_without_owners = rows.count > 0;
    if (rows.count)
        restore_warn(arena, restore,
                     "owners and privileges are left out: %s is no member of role %s%s; what is "
                     "restored belongs to it",
                     session_user(restore->server), rows_text(&rows, 0, 0),
                     rows.count > 1 ? " and others" : "");
    return true;
}

static bool load(Arena *arena, Restore *restore, Session *copy, Err *err)
{
    const RestoreOptions *options = &restore->options;
    BackupContents contents = {0};
    LoadOptions load_options = {.place = server_place(arena, &options->place, restore->copy),
                                .jobs = options->jobs};
    if (is_data_only(options->backup))
        return restore_load_data_only(arena, restore, copy, err);
    if (!contents_read(arena, options->backup, &options->place, false, &contents, err) ||
        !choose_owners(arena, restore, &contents, &load_options, err))
        return false;
    load_options.contents = &contents;
    return backup_load(arena, options->backup, copy, &load_options, NULL, err);
}

static bool fail_differs(const Restore *restore, const Differences *differences, Err *err)
{
    char detail[sizeof err->detail] = "";
    size_t length = 0;
    VEC_EACH (const char *const, line, differences)
        if (length + strlen(*line) + 2 < sizeof detail) {
            int written = snprintf(detail + length, sizeof detail - length, "%s%s",
                                   length ? "\n" : "", *line);
            length += (size_t)written;
        }
    fail(err, ERR_CHECK, "what was restored is not what backup %s had",
         backup_name(restore->options.backup));
    err_detail(err, "%s", detail);
    return err_hint(err, "prove another backup first: migrate-safe backup verify ID --level 3");
}

static bool compare_with_manifest(Arena *arena, Restore *restore, Session *copy,
                                  Differences *ret_differences, Err *err)
{
    EqualOptions options = {
        .url = conninfo_with_database(arena, restore->options.url, restore->copy),
        .jobs = restore->options.jobs,
        .own_schema = restore->options.schema ? restore->options.schema : TARGET_DEFAULT_SCHEMA,
        .is_by_counts = backup_digests_are_older(restore->options.backup),
        .is_rows_only = is_data_only(restore->options.backup) || restore->is_without_owners,
    };
    bool ok =
        session_exec(copy, "BEGIN ISOLATION LEVEL REPEATABLE READ", err) &&
        backup_differences(arena, restore->options.backup, copy, &options, ret_differences, err) &&
        session_exec(copy, "COMMIT", err);
    if (!ok)
        session_rollback(copy);
    return ok;
}

// Once it is loaded nobody else writes to it: each statement may see what it likes.
static bool prove(Arena *arena, Restore *restore, Session *copy, Err *err)
{
    const BackupManifest *manifest = restore->options.backup->manifest;
    Differences differences = {0};
    if (!manifest) {
        restore->level = BACKUP_RESTORED;
        restore_warn(arena, restore,
                     "%s has no manifest: it was restored without an error, but nothing says what "
                     "must be in it",
                     restore->options.backup->path);
        return true;
    }
    if (!compare_with_manifest(arena, restore, copy, &differences, err))
        return err_note(err, "comparing %s with the manifest", restore->copy);
    if (differences.len)
        return fail_differs(restore, &differences, err);
    bool is_by_counts = backup_digests_are_older(restore->options.backup);
    restore->level = is_by_counts ? BACKUP_RESTORED : BACKUP_EQUAL;
    if (is_by_counts)
        restore_warn(arena, restore,
                     "backup %s has digests of rows as an older migrate-safe made them: rows were "
                     "compared by their number alone",
                     backup_name(restore->options.backup));
    return true;
}

// How long a restore of it takes is worth knowing before the next one.
static void remember_time(Arena *arena, Restore *restore, int64_t duration_ms)
{
    const Backup *backup = restore->options.backup;
    Err err = {0};
    if (!backup->manifest || !backup->manifest_path)
        return;
    BackupManifest manifest = *backup->manifest;
    manifest.restore_ms = duration_ms ? duration_ms : 1;
    if (!manifest_write(backup->manifest_path, &manifest, &err))
        restore_warn(arena, restore, "how long the restore took could not be written down: %s",
                     err.message);
}

bool restore_load(Arena *arena, Restore *restore, Err *err)
{
    SESSION_SCOPED copy = NULL;
    int64_t start_us = clock_monotonic_us();
    if (!server_connect(arena, &restore->options, restore->copy, &copy, err) ||
        !load(arena, restore, copy, err))
        return false;
    restore_step_done(
        &restore->options, start_us,
        arena_printf(arena, "restored backup %s into it", backup_name(restore->options.backup)));
    remember_time(arena, restore, clock_elapsed_ms(start_us));
    FAULT_POINT("restore.loaded");
    start_us = clock_monotonic_us();
    if (!prove(arena, restore, copy, err))
        return false;
    if (restore->level == BACKUP_EQUAL)
        restore_step_done(&restore->options, start_us,
                          "proved it: schema, counts and digests are the backup's");
    FAULT_POINT("restore.proven");
    return true;
}
