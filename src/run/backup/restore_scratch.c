#include "run/backup/restore_scratch.h"

#include "check/restore_name.h"
#include "io/clock.h"
#include "io/fault.h"
#include "run/backup/load.h"
#include "run/backup/restore_private.h"
#include "sql/quote.h"

static bool connect(const char *url, Session **ret_session, Err *err)
{
    SessionOptions options = {.url = url, .application_name = "migrate-safe backup restore"};
    return session_open(&options, ret_session, err);
}

// The programs of the cluster's own machine: words that lead elsewhere do not lead to it.
static bool open_on_cluster(Arena *arena, int major, Scratch *scratch, Err *err)
{
    SESSION_SCOPED first = NULL;
    ClusterOptions options = {.major = major};
    scratch->database = "restored";
    return cluster_start(arena, &options, &scratch->cluster, err) &&
           connect(cluster_url(arena, scratch->cluster, "postgres"), &first, err) &&
           session_exec(first, "CREATE DATABASE restored TEMPLATE template0", err) &&
           connect(cluster_url(arena, scratch->cluster, "restored"), &scratch->session, err);
}

// A marked database: the next restore removes one whose maker was killed.
static bool open_beside(Arena *arena, const RestoreOptions *options, const char *live,
                        Scratch *scratch, Err *err)
{
    char stamp[CLOCK_TEXT];
    clock_now_compact(stamp);
    scratch->database = restore_name(arena, live, "restore", stamp, 1);
    scratch->place = server_place(arena, &options->place, scratch->database);
    if (!server_connect_beside(arena, options, live, NULL, &scratch->server, err) ||
        !server_take_lock(arena, scratch->server, live, err) ||
        !session_exec(scratch->server,
                      arena_printf(arena, "CREATE DATABASE %s TEMPLATE template0",
                                   quote_identifier(arena, scratch->database)),
                      err))
        return false;
    return server_mark(arena, scratch->server, options, scratch->database, MARKER_LOADING, live,
                       err) &&
           server_connect(arena, options, scratch->database, &scratch->session, err);
}

bool scratch_open(Arena *arena, const RestoreOptions *options, const Session *live,
                  Scratch *ret_scratch, Err *err)
{
    Scratch scratch = {0};
    bool ok = open_on_cluster(arena, session_server_major(live), &scratch, err);
    if (!ok && err->class == ERR_CONFIG) {
        scratch_close(arena, &scratch);
        scratch = (Scratch){0};
        ok = open_beside(arena, options, session_database(live), &scratch, err);
    }
    FAULT_POINT("restore.scratch");
    LoadOptions load = {
        .place = scratch.place, .jobs = options->jobs, .is_throwaway = scratch.cluster != NULL};
    if (ok && backup_load(arena, options->backup, scratch.session, &load, NULL, err)) {
        *ret_scratch = scratch;
        return true;
    }
    scratch_close(arena, &scratch);
    return false;
}

void scratch_close(Arena *arena, Scratch *scratch)
{
    Err ignored = {0};
    session_close(scratch->session);
    scratch->session = NULL;
    if (scratch->server) {
        session_rollback(scratch->server);
        if (!server_drop(arena, scratch->server, scratch->database, true, &ignored))
            scratch->database = NULL; // its comment has the next restore remove it
        session_close(scratch->server);
        scratch->server = NULL;
    }
    cluster_stop(scratch->cluster);
    scratch->cluster = NULL;
}
