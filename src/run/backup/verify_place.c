// An empty database for a moment: on a throwaway cluster, or on a server that was named.
#include "base/size.h"
#include "base/words.h"
#include "pg/conninfo.h"
#include "run/backup/database_sql.h"
#include "run/backup/scratch_name.h"
#include "run/backup/verify_private.h"
#include "run/server_disk.h"

#include <stdlib.h>
#include <unistd.h>

#define APPLICATION "migrate-safe backup verify"

static bool connect(const char *url, Session **ret_session, Err *err)
{
    SessionOptions options = {.url = url, .application_name = APPLICATION};
    return session_open(&options, ret_session, err);
}

// ---- the database

// With `is_plain` only the encoding is the backup's.
static const char *creation(Arena *arena, const Verification *verification, const char *name,
                            int server_major, bool is_plain)
{
    const BackupManifest *manifest = verification->backup->manifest;
    const char *encoding = manifest ? manifest->encoding : verification->contents.encoding;
    DatabaseKind kind = {.locale_provider = "c"};
    if (manifest && !is_plain)
        kind = database_kind_of(manifest);
    kind.encoding = encoding ? encoding : "UTF8";
    kind.collate = kind.collate ? kind.collate : "C";
    kind.ctype = kind.ctype ? kind.ctype : "C";
    return database_creation(arena, name, &kind, server_major);
}

// A locale that this machine does not have changes the order of text and nothing that is compared.
static bool create(Verification *verification, Session *server, const char *name, Err *err)
{
    Arena *arena = verification->arena;
    int major = session_server_major(server);
    if (session_exec(server, creation(arena, verification, name, major, false), err))
        return true;
    if (!database_lacks_locale(err) || !verification->backup->manifest)
        return false;
    const BackupManifest *manifest = verification->backup->manifest;
    verify_note(verification, "the locale %s is not there: restored with C, which sorts otherwise",
                manifest->locale ? manifest->locale : manifest->collate);
    *err = (Err){0};
    return session_exec(server, creation(arena, verification, name, major, true), err);
}

// ---- a throwaway cluster

// For one load and one scan of everything, by nobody else.
static const char *const *fast_settings(Arena *arena, const BackupContents *contents)
{
    const char *libraries = extension_preloads(arena, &contents->extensions);
    static const char *const FIXED[] = {
        "wal_level=minimal",
        "max_wal_senders=0",
        "max_wal_size=16GB",
        "checkpoint_timeout=1h",
        "autovacuum=off",
        "jit=off",
        "max_locks_per_transaction=512",
        "bgwriter_lru_maxpages=0",
        "cron.database_name=restored",
    };
    Words settings = {0};
    for (size_t i = 0; i < sizeof FIXED / sizeof *FIXED; i++)
        *vec_append(arena, &settings) = FIXED[i];
    cluster_memory_settings(arena, &settings);
    if (*libraries)
        *vec_append(arena, &settings) =
            arena_printf(arena, "shared_preload_libraries=%s", libraries);
    *vec_append(arena, &settings) = NULL;
    return settings.items;
}

static int major_of(const Verification *verification)
{
    if (verification->backup->manifest)
        return verification->backup->manifest->server_major;
    const char *version = verification->contents.server_version;
    return version ? (int)strtol(version, NULL, 10) : 0;
}

static bool open_cluster(Verification *verification, Err *err)
{
    Arena *arena = verification->arena;
    VerifyPlace *place = &verification->place;
    SESSION_SCOPED server = NULL;
    ClusterOptions options = {.major = major_of(verification),
                              .settings = fast_settings(arena, &verification->contents)};
    if (!cluster_start(arena, &options, &place->cluster, err)) {
        if (err->class == ERR_CONFIG && options.major)
            err_hint(err, "apt-get install postgresql-%d, or restore it on a server: --on URL",
                     options.major);
        return false;
    }
    place->database = "restored";
    place->url = cluster_url(arena, place->cluster, place->database);
    return connect(cluster_url(arena, place->cluster, "postgres"), &server, err) &&
           create(verification, server, place->database, err) &&
           connect(place->url, &place->session, err);
}

// ---- a server of the user's

static bool check_major(const Verification *verification, const Session *server, Err *err)
{
    int wanted = major_of(verification);
    int major = session_server_major(server);
    if (!wanted || major == wanted)
        return true;
    fail(err, ERR_CONFIG, "the backup is of PostgreSQL %d, and --on leads to one of %d", wanted,
         major);
    return err_hint(err,
                    "only the same version proves that it restores: name a server of %d, or "
                    "leave --on out",
                    wanted);
}

static bool open_server(Verification *verification, Err *err)
{
    Arena *arena = verification->arena;
    VerifyPlace *place = &verification->place;
    const char *on_url = verification->options->on_url;
    const char *name = NULL;
    if (!connect(on_url, &place->server, err) || !check_major(verification, place->server, err))
        return false;
    scratch_name_sweep(arena, place->server, &SCRATCH_VERIFY);
    if (!scratch_name_take(arena, place->server, &SCRATCH_VERIFY, &name, err))
        return false;
    if (!create(verification, place->server, name, err)) {
        err_note(err, "a scratch database cannot be made there");
        return strcmp(err->sqlstate, "42501") == 0
                   ? err_hint(err, "ALTER ROLE %s CREATEDB", session_user(place->server))
                   : false;
    }
    place->database = name;
    place->url = conninfo_with_database(arena, on_url, name);
    place->client = (ClientPlace){.words = verification->options->place.words};
    if (verification->options->place.database)
        place->client.database =
            conninfo_with_database(arena, verification->options->place.database, name);
    return connect(place->url ? place->url : on_url, &place->session, err);
}

// As far as it can be seen: half a restore would fill a disk that others need.
static bool check_room(const Verification *verification, Err *err)
{
    const BackupManifest *manifest = verification->backup->manifest;
    Arena *arena = verification->arena;
    int64_t free_bytes;
    bool has_rows = manifest && manifest->content == BACKUP_ALL;
    if (!has_rows || !server_disk_free(arena, verification->place.session, &free_bytes) ||
        free_bytes >= manifest->database_bytes)
        return true;
    fail(err, ERR_CONFIG, "restoring it takes about %s, and %s are free",
         size_text(arena, manifest->database_bytes), size_text(arena, free_bytes));
    return err_hint(err, "name a server with more room: --on URL, or a larger disk: TMPDIR=DIR "
                         "migrate-safe backup verify");
}

bool verify_place_open(Verification *verification, Err *err)
{
    verify_tell(verification,
                verification->options->on_url ? "making a scratch database" : "starting a server");
    bool is_open = (verification->options->on_url ? open_server(verification, err)
                                                  : open_cluster(verification, err)) &&
                   check_room(verification, err);
    // What is missing here says nothing of the backup.
    verification->is_environment = !is_open;
    if (!is_open && err->class == ERR_CHECK)
        err->class = ERR_CONFIG;
    return is_open;
}

void verify_place_close(Arena *arena, VerifyPlace *place)
{
    Err ignored = {0};
    session_close_at(&place->session);
    if (place->server) {
        session_rollback(place->server); // after an interrupt it still works on
        // One that stays is dropped by the next verification there.
        if (place->database && !scratch_name_drop(arena, place->server, place->database, &ignored))
            place->database = NULL;
        session_close_at(&place->server);
    }
    cluster_stop(place->cluster);
    place->cluster = NULL;
}
