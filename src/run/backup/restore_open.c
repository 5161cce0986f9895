// What there is before a restore, and what keeps it from being done.
#include "base/size.h"
#include "check/restore_name.h"
#include "io/clock.h"
#include "pg/conninfo.h"
#include "queries.h"
#include "run/backup/restore_private.h"
#include "run/backup/server_identity.h"
#include "run/pooler.h"
#include "run/runner_lock.h"
#include "run/server_disk.h"

#include <string.h>

enum {
    NAME_ATTEMPTS = 100
};

// A service file may say the database: then only a connection tells.
static bool find_live_name(Arena *arena, Restore *restore, Err *err)
{
    const char *user;
    SESSION_SCOPED session = NULL;
    SessionOptions options = {.url = restore->options.url,
                              .application_name = "migrate-safe backup restore"};
    conninfo_names(arena, restore->options.url, &restore->live, &user);
    if (restore->live)
        return true;
    if (!session_open_waiting(&options, &restore->options.wait, &session, err))
        return false;
    restore->live = arena_strdup(arena, session_database(session));
    return true;
}

static bool load_role(Arena *arena, Restore *restore, Err *err)
{
    Rows rows;
    if (!session_query(restore->server, arena, QUERY_RESTORE_ROLE.text, 0, NULL, &rows, err))
        return false;
    restore->is_superuser = rows.count && rows_bool(&rows, 0, 0);
    restore->may_create = rows.count && rows_bool(&rows, 0, 1);
    return true;
}

static bool has_name(const ServerDatabases *databases, const char *name)
{
    VEC_EACH (const ServerDatabase, database, databases)
        if (strcmp(database->name, name) == 0)
            return true;
    return false;
}

// What is called as a restore is called, says nothing and has nothing in it: its maker died between
// making it and saying what it is.
static bool is_unmarked(Arena *arena, const Restore *restore, const ServerDatabase *database)
{
    const char *pattern = restore_name(arena, restore->live, "restore", "20261126053000", 1);
    size_t length = strlen(pattern);
    if (database->comment || !database->is_ours || strlen(database->name) < length)
        return false;
    for (size_t i = 0; i < length; i++) {
        bool is_digit = i >= length - 14;
        char c = database->name[i];
        if (is_digit ? c < '0' || c > '9' : c != pattern[i])
            return false;
    }
    Err ignored = {0};
    bool is_empty;
    return server_is_empty(arena, &restore->options, database->name, &is_empty, &ignored) &&
           is_empty;
}

static bool load_databases(Arena *arena, Restore *restore, ServerDatabases *ret_all, Err *err)
{
    if (!server_list(arena, restore->server, NULL, ret_all, err))
        return false;
    VEC_EACH (const ServerDatabase, database, ret_all) {
        MarkerStep step = database->marker.step;
        if (strcmp(database->name, restore->live) == 0)
            restore->fact = *database;
        else if ((step == MARKER_LOADING || step == MARKER_READY)
                     ? strcmp(database->marker.of, restore->live) == 0
                     : is_unmarked(arena, restore, database))
            *vec_append(arena, &restore->leftovers) = *database;
        if (restore->options.into && strcmp(database->name, restore->options.into) == 0)
            restore->copy_exists = true;
    }
    return true;
}

static void choose_names(Arena *arena, Restore *restore, const ServerDatabases *all)
{
    char stamp[CLOCK_TEXT];
    clock_now_compact(stamp);
    for (int attempt = 1; attempt <= NAME_ATTEMPTS; attempt++) {
        restore->copy = restore_name(arena, restore->live, "restore", stamp, attempt);
        restore->replaced = restore_name(arena, restore->live, "replaced", stamp, attempt);
        if (!has_name(all, restore->copy) && !has_name(all, restore->replaced))
            break;
    }
    if (restore->options.into)
        restore->copy = restore->options.into;
}

// What would be lost by taking the place of a whole database.
static bool check_content(const Restore *restore, Err *err)
{
    const BackupManifest *manifest = restore->options.backup->manifest;
    const char *id = backup_name(restore->options.backup);
    if (manifest && manifest->content == BACKUP_DATA_ONLY) {
        if (manifest->migration_version && restore->options.source)
            return true;
        fail(err, ERR_CHECK, "backup %s has rows alone, and %s", id,
             manifest->migration_version ? "there are no migrations to build their tables from"
                                         : "it names no migration version to build their tables");
        return err_hint(err, "name the folder of the migrations with --dir DIR, or restore another "
                             "backup: migrate-safe backup list");
    }
    if (!manifest || manifest->content == BACKUP_ALL || restore->options.into)
        return true;
    fail(err, ERR_CHECK, "backup %s has %s: in place of %s it would lose all other rows", id,
         manifest->content == BACKUP_SCHEMA_ONLY ? "a schema without rows"
         : manifest->content == BACKUP_TABLES    ? "some tables alone"
                                                 : "the rows of what one migration touches alone",
         restore->live);
    if (manifest->content == BACKUP_SCHEMA_ONLY)
        return err_hint(err, "restore it beside: migrate-safe backup restore %s --into NAME", id);
    return err_hint(err,
                    "restore its tables beside the live ones: migrate-safe backup restore %s "
                    "--table SCHEMA.TABLE; or all of it beside: --into NAME",
                    id);
}

static bool check_rights(Arena *arena, const Restore *restore, Err *err)
{
    const char *user = session_user(restore->server);
    const char *copy = restore->options.into ? restore->options.into : "NAME";
    if (restore->fact.oid && !restore->options.into && !restore->is_superuser &&
        !restore->fact.is_ours) {
        fail(err, ERR_CONFIG, "database %s belongs to %s: role %s may not rename it", restore->live,
             restore->fact.owner, user);
        return err_hint(err, "connect as its owner or a superuser; or restore beside it: --into "
                             "NAME");
    }
    if (restore->may_create || restore->copy_exists)
        return true;
    fail(err, ERR_CONFIG, "role %s may not make databases", user);
    return err_hint(err,
                    "let a superuser run: ALTER ROLE %s CREATEDB; or: CREATE DATABASE %s OWNER %s, "
                    "then: migrate-safe backup restore %s --into %s",
                    user, copy, user, backup_name(restore->options.backup), copy);
}

static bool check_disk(Arena *arena, Restore *restore, Err *err)
{
    const Backup *backup = restore->options.backup;
    int64_t live = restore->fact.oid ? restore->fact.bytes : -1;
    restore->needed_bytes = backup->manifest ? backup->manifest->database_bytes
                            : live > 0       ? live
                                             : 0;
    if (!server_disk_free(arena, restore->server, &restore->free_bytes) ||
        restore->needed_bytes <= restore->free_bytes)
        return true;
    fail(err, ERR_CHECK, "the server's disk is short: the copy needs some %s, %s are free",
         size_text(arena, restore->needed_bytes), size_text(arena, restore->free_bytes));
    return err_hint(err, "make room, for example: migrate-safe backup prune; or restore elsewhere: "
                         "--database URL");
}

static bool load_obstacles(Arena *arena, Restore *restore, Err *err)
{
    Rows rows;
    if (!restore->fact.oid || restore->options.into)
        return true;
    if (!session_query(restore->server, arena, QUERY_RESTORE_OBSTACLES.text, 1, &restore->fact.oid,
                       &rows, err))
        return false;
    for (size_t i = 0; i < rows.count; i++) {
        const char *kind = rows_text(&rows, i, 0);
        const char *name = rows_text(&rows, i, 1);
        if (strcmp(kind, "prepared transaction") == 0) {
            fail(err, ERR_CHECK, "database %s has a prepared transaction, %s: it cannot be renamed",
                 restore->live, name);
            return err_hint(err, "end it there: COMMIT PREPARED or ROLLBACK PREPARED '%s'", name);
        }
        restore_warn(arena, restore,
                     strcmp(kind, "replication slot") == 0
                         ? "replication slot %s stays with the database that is replaced"
                         : "%s stay with the database that is replaced: the copy's are disabled",
                     name);
    }
    return true;
}

static bool open_target(Arena *arena, Restore *restore, Err *err)
{
    const RestoreOptions *options = &restore->options;
    TargetOptions target = {.url = options->url,
                            .schema = options->schema,
                            .command = options->command,
                            .wait = options->wait};
    if (!restore->fact.oid || options->into)
        return true;
    if (!target_open(arena, &target, &restore->target, err))
        return err_note(err, "the database that is to be replaced");
    restore->has_target = true;
    if (restore->target.is_standby) {
        fail(err, ERR_CHECK, "%s is a standby: nothing can be restored there",
             session_target(restore->target.session));
        return err_hint(err, "connect to the primary");
    }
    return options->is_read_only ||
           (server_settings(restore->target.session, err) &&
            pooler_allows(arena, &restore->target, err) &&
            runner_lock_take(arena, &restore->target, 0, options->sink, err));
}

static bool check_into(const Restore *restore, Err *err)
{
    const char *into = restore->options.into;
    if (into && (strcmp(into, "template0") == 0 || strcmp(into, "template1") == 0)) {
        fail(err, ERR_CONFIG,
             "--into %s: every new database of the server would have the backup's "
             "tables and rows in it",
             into);
        return err_hint(err, "name another one with --into, or one that is not there yet");
    }
    if (!into || strlen(into) <= 63)
        return true;
    fail(err, ERR_CONFIG, "--into: a database's name has at most 63 bytes, this one has %zu",
         strlen(into));
    return err_hint(err, "give it a shorter one");
}

// NULL: it is this database's, or nothing says that it is not.
static const char *other_origin(Arena *arena, const Restore *restore,
                                const ServerIdentity *identity)
{
    const BackupManifest *manifest = restore->options.backup->manifest;
    const char *here = identity->system_identifier;
    if (!manifest)
        return NULL;
    if (strcmp(manifest->database, restore->live) != 0)
        return arena_printf(arena, "database %s", manifest->database);
    if (manifest->system_identifier && here && strcmp(manifest->system_identifier, here) != 0)
        return arena_printf(arena, "database %s of another server%s%s", manifest->database,
                            manifest->host ? ", " : "", manifest->host ? manifest->host : "");
    return NULL;
}

// One folder may have the backups of several databases, and production's place is not to be taken
// by staging's rows because its name or its time was mistaken.
static bool check_origin(Arena *arena, Restore *restore, Err *err)
{
    ServerIdentity identity;
    if (!server_identity_read(arena, restore->server, &identity, err))
        return false;
    const char *origin = other_origin(arena, restore, &identity);
    if (!origin)
        return true;
    bool takes_place =
        !restore->options.into && restore->has_target && restore->target.has_user_tables;
    if (!takes_place || restore->options.takes_others) {
        restore_warn(arena, restore, "the backup is of %s", origin);
        return true;
    }
    const char *id = backup_name(restore->options.backup);
    fail(err, ERR_CHECK, "backup %s is of %s, not of this %s", id, origin, restore->live);
    return err_hint(err,
                    "see which are of this one: migrate-safe backup list; restore it beside: "
                    "migrate-safe backup restore %s --into NAME; or in its place all the same: "
                    "--force",
                    id);
}

static bool look(Arena *arena, Restore *restore, Err *err)
{
    ServerDatabases all;
    if (!check_into(restore, err) || !find_live_name(arena, restore, err) ||
        !server_connect_beside(arena, &restore->options, restore->live, restore->options.into,
                               &restore->server, err) ||
        !load_role(arena, restore, err))
        return false;
    if (!restore->options.is_read_only &&
        !server_take_lock(arena, restore->server, restore->live, err))
        return false;
    if (!load_databases(arena, restore, &all, err))
        return false;
    choose_names(arena, restore, &all);
    return true;
}

bool restore_open(Arena *arena, const RestoreOptions *options, Restore *ret_restore, Err *err)
{
    Restore restore = {.options = *options, .free_bytes = -1};
    if (look(arena, &restore, err) &&
        (!options->backup || // --undo only looks for what is there
         (check_content(&restore, err) && check_rights(arena, &restore, err) &&
          check_disk(arena, &restore, err) && load_obstacles(arena, &restore, err) &&
          open_target(arena, &restore, err) && check_origin(arena, &restore, err)))) {
        *ret_restore = restore;
        return true;
    }
    restore_close(arena, &restore);
    return false;
}
