// A throwaway server, or the one that was named; an empty database there.
#include "run/rehearse/place_private.h"

#include "base/size.h"
#include "check/backup_contents.h"
#include "pg/conninfo.h"
#include "pg/session_link.h"
#include "queries.h"
#include "run/backup/scratch_name.h"
#include "run/server_disk.h"
#include "run/timeouts.h"
#include "sql/quote.h"

#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

#define WITHOUT_TARGET "rehearsal" // name of a database that is a copy of none
#define OTHER_DATABASE "migrate_safe_server"
#define WITH_LOG       "wal_level=replica" // as a server of production writes it

bool place_open_at(const char *url, Session **ret_session, Err *err)
{
    SessionOptions options = {.url = url, .application_name = PLACE_APPLICATION};
    SESSION_SCOPED session = NULL;
    if (!session_open(&options, &session, err) || !timeouts_lift(session, err))
        return false;
    *ret_session = session;
    session = NULL;
    return true;
}

static const char *version_of(Arena *arena, const Session *session)
{
    int number = session_server_version(session);
    return arena_printf(arena, "%d.%d", number / 10000, number % 10000);
}

// ---- a cluster of our own

// WAL is measured as it will be in production; what works by itself is off, so that nothing but the
// migrations is measured. Jobs that come with the copy are not run.
static const char *const *settings_of(const RehearsalPlace *place, const char *libraries,
                                      const Words *carried)
{
    Arena *arena = place->arena;
    static const char *const FIXED[] = {
        "max_wal_senders=0",
        "max_wal_size=8GB",
        "checkpoint_timeout=1h",
        "autovacuum=off",
        "max_locks_per_transaction=512",
        "max_connections=200",
        "max_prepared_transactions=16",
        "cron.launch_active_jobs=off",
    };
    Words settings = {0};
    *vec_append(arena, &settings) = place->is_without_log ? "wal_level=minimal" : WITH_LOG;
    for (size_t i = 0; i < sizeof FIXED / sizeof *FIXED; i++)
        *vec_append(arena, &settings) = FIXED[i];
    cluster_memory_settings(arena, &settings);
    *vec_append(arena, &settings) = arena_printf(arena, "cron.database_name=%s", place->database);
    if (*libraries)
        *vec_append(arena, &settings) =
            arena_printf(arena, "shared_preload_libraries=%s", libraries);
    VEC_EACH (const char *const, setting, carried)
        *vec_append(arena, &settings) = *setting;
    *vec_append(arena, &settings) = NULL;
    return settings.items;
}

static int wanted_major(const RehearsalPlace *place)
{
    if (place->options.major)
        return place->options.major;
    if (place->backup.manifest)
        return place->backup.manifest->server_major;
    return place->target ? session_server_major(place->target->session) : 0;
}

// Migrations may name the database that they are for.
static const char *database_name(const RehearsalPlace *place)
{
    const char *name = place->target            ? place->target->database
                       : place->backup.manifest ? place->backup.manifest->database
                                                : WITHOUT_TARGET;
    return strncmp(name, "template", strlen("template")) == 0 ? WITHOUT_TARGET : name;
}

// What role and database set is theirs to bring; this is of the server's own files.
static bool read_settings(const RehearsalPlace *place, Words *ret_settings, Err *err)
{
    Rows rows;
    Words settings = {0};
    if (place->target) {
        if (!session_query(place->target->session, place->arena,
                           QUERY_REHEARSE_SERVER_SETTINGS.text, 0, NULL, &rows, err))
            return err_note(err, "reading the target's settings");
        for (size_t i = 0; i < rows.count; i++)
            *vec_append(place->arena, &settings) = rows_text(&rows, i, 0);
    }
    *ret_settings = settings;
    return true;
}

static bool start(RehearsalPlace *place, const char *libraries, const Words *carried, Err *err)
{
    ClusterOptions options = {.major = wanted_major(place),
                              .settings = settings_of(place, libraries, carried)};
    if (cluster_start(place->arena, &options, &place->cluster, err))
        return true;
    if (err->class == ERR_CONFIG && options.major)
        err_hint(err,
                 "apt-get install postgresql-%d, or rehearse on a server that has room: --on "
                 "URL",
                 options.major);
    return false;
}

// A library that is not installed keeps a server from starting, as a setting may that another
// version does not know; the extension that needs the library is missed later, by name.
static bool start_with(RehearsalPlace *place, Err *err)
{
    Words extensions = place_extensions_names(place);
    const char *libraries = extension_preloads(place->arena, &extensions);
    Words carried;
    if (!read_settings(place, &carried, err))
        return false;
    if (start(place, libraries, &carried, err))
        return true;
    if (err->class != ERR_IO || (!*libraries && !carried.len))
        return false;
    *err = (Err){0};
    if (carried.len)
        place_limit(place, "the settings of the target's server are not those of the copy's");
    return start(place, "", &(Words){0}, err);
}

// Two starts of the server are less than the log of so many rows.
static bool is_filled_with_much(const RehearsalPlace *place)
{
    static const int64_t MUCH_BYTES = 256 << 20;
    bool has_rows = !place->options.has_kind || place->copy.kind == REHEARSAL_FROM_BACKUP ||
                    place->copy.kind == REHEARSAL_FROM_DUMP;
    return has_rows && place->size_bytes >= MUCH_BYTES;
}

static bool open_cluster(RehearsalPlace *place, Err *err)
{
    Arena *arena = place->arena;
    place_tell(place, "starting a server");
    place->database = database_name(place);
    place->is_without_log = is_filled_with_much(place);
    if (!start_with(place, err))
        return false;
    place->is_superuser = true;
    place->superuser = "postgres";
    place->copy.place = "a throwaway server";
    SESSION_SCOPED first = NULL;
    bool is_named_so = strcmp(place->database, "postgres") == 0;
    if (!is_named_so)
        return place_open_at(cluster_url(arena, place->cluster, "postgres"), &place->server, err);
    return place_open_at(cluster_url(arena, place->cluster, "postgres"), &first, err) &&
           session_exec(first, "CREATE DATABASE " OTHER_DATABASE, err) &&
           place_open_at(cluster_url(arena, place->cluster, OTHER_DATABASE), &place->server, err) &&
           (session_close_at(&first), session_exec(place->server, "DROP DATABASE postgres", err));
}

bool place_server_restart_with_log(RehearsalPlace *place, Err *err)
{
    const char *url = cluster_url_as(place->arena, place->cluster, session_database(place->server),
                                     session_user(place->server));
    const char *settings[] = {WITH_LOG, NULL};
    session_close_at(&place->server);
    place->is_without_log = false;
    return cluster_restart(place->arena, place->cluster, settings, err) &&
           place_open_at(url, &place->server, err);
}

// ---- a server of the user's

static bool check_major(const RehearsalPlace *place, Err *err)
{
    int wanted = place->options.major;
    if (!wanted || wanted == place->major)
        return true;
    return fail(err, ERR_CONFIG, "PostgreSQL %d is asked for, and --on leads to a server of %d",
                wanted, place->major);
}

// A session on what is to be cloned would be in the way.
static bool connect_beside(RehearsalPlace *place, Err *err)
{
    bool is_source = place->copy.kind == REHEARSAL_FROM_CLONE &&
                     strcmp(session_database(place->server), place->target->database) == 0;
    if (!is_source)
        return true;
    const char *beside =
        strcmp(place->target->database, "postgres") == 0 ? "template1" : "postgres";
    session_close_at(&place->server);
    return place_open_at(conninfo_with_database(place->arena, place->options.on, beside),
                         &place->server, err);
}

static bool open_on(RehearsalPlace *place, Err *err)
{
    place_tell(place, "making a scratch database");
    if (!place_open_at(place->options.on, &place->server, err) || !connect_beside(place, err))
        return false;
    place->major = session_server_major(place->server);
    const char *is_superuser = session_parameter(place->server, "is_superuser");
    place->is_superuser = is_superuser && strcmp(is_superuser, "on") == 0;
    if (!check_major(place, err))
        return false;
    scratch_name_sweep(place->arena, place->server, &SCRATCH_REHEARSAL);
    return scratch_name_take(place->arena, place->server, &SCRATCH_REHEARSAL, &place->database,
                             err);
}

bool place_server_open(RehearsalPlace *place, Err *err)
{
    bool is_open = place->options.on ? open_on(place, err) : open_cluster(place, err);
    if (!is_open)
        return false;
    place->major = session_server_major(place->server);
    place->copy.server = version_of(place->arena, place->server);
    return true;
}

void place_server_close(RehearsalPlace *place)
{
    ARENA_SCOPED scratch = arena_new();
    Err ignored = {0};
    if (place->server && !place->cluster) {
        session_rollback(place->server); // after an interrupt it still works on
        // One that stays is dropped by the next rehearsal there.
        for (int i = place->saves; i > 0; i--)
            (void)!scratch_name_drop(scratch, place->server,
                                     arena_printf(scratch, "%s_%d", place->database, i), &ignored);
        if (!scratch_name_drop(scratch, place->server, place->database, &ignored))
            ignored = (Err){0};
    }
    session_close_at(&place->server);
    cluster_stop(place->cluster);
    place->cluster = NULL;
    if (place->home.path)
        cluster_home_remove(&place->home);
    place->home = (ClusterHome){0};
}

// ---- the database

bool place_server_name(RehearsalPlace *place, Err *err)
{
    Arena *arena = place->arena;
    if (place->cluster) {
        place->superuser_url =
            cluster_url_as(arena, place->cluster, place->database, place->superuser);
        place->url = cluster_url_as(arena, place->cluster, place->database, place->copy.role);
        return true;
    }
    place->url = conninfo_with_database(arena, place->options.on, place->database);
    if (!place->url)
        return fail(err, ERR_CONFIG, "the URL of --on cannot be read");
    place->superuser_url = place->is_superuser ? place->url : NULL;
    place->client = (ClientPlace){.words = place->options.client.words};
    if (place->options.client.database)
        place->client.database =
            conninfo_with_database(arena, place->options.client.database, place->database);
    const char *host = session_host(place->server);
    place->copy.place = arena_printf(arena, "database %s on %s", place->database,
                                     *host ? host : session_target(place->server));
    return true;
}

static bool create(RehearsalPlace *place, const DatabaseKind *kind, Err *err)
{
    return session_exec(place->server,
                        database_creation(place->arena, place->database, kind, place->major), err);
}

// A locale that this machine does not have changes the order of text.
static bool create_without_locale(RehearsalPlace *place, const DatabaseKind *kind, Err *err)
{
    DatabaseKind plain = {
        .encoding = kind->encoding, .collate = "C", .ctype = "C", .locale_provider = "c"};
    if (!database_lacks_locale(err))
        return false;
    *err = (Err){0};
    place_limit(place, "the locale %s is not on that server: text is sorted as C does",
                kind->locale ? kind->locale : kind->collate);
    return create(place, &plain, err);
}

bool place_server_create(RehearsalPlace *place, const DatabaseKind *kind, Err *err)
{
    if (!place_server_name(place, err))
        return false;
    if (create(place, kind, err) || create_without_locale(place, kind, err))
        return true;
    err_note(err, "a database for it cannot be made");
    return strcmp(err->sqlstate, "42501") == 0
               ? err_hint(err, "ALTER ROLE %s CREATEDB",
                          quote_name(place->arena, session_user(place->server)))
               : false;
}

// ---- its disk

bool place_server_free(RehearsalPlace *place, int64_t *ret_bytes)
{
    struct statvfs disk;
    if (!place->cluster)
        return server_disk_free(place->arena, place->server, ret_bytes);
    if (statvfs(cluster_directory(place->cluster), &disk) != 0)
        return false;
    *ret_bytes = (int64_t)disk.f_bavail * (int64_t)disk.f_frsize;
    return true;
}

bool place_server_check_room(RehearsalPlace *place, int64_t bytes, Err *err)
{
    int64_t free_bytes;
    if (!place_server_free(place, &free_bytes) || free_bytes >= bytes)
        return true;
    fail(err, ERR_CONFIG, "the copy needs about %s, and %s are free",
         size_text(place->arena, bytes), size_text(place->arena, free_bytes));
    return err_hint(err, "name a larger disk: TMPDIR=DIR migrate-safe rehearse; or a server with "
                         "room: --on URL; or rehearse with generated rows: --from generated");
}
