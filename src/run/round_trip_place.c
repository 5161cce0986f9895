// The cluster of a run, its databases and its roles.
#include "run/round_trip_private.h"

#include "queries.h"
#include "run/missing_role.h"
#include "run/runner_lock.h"
#include "run/store.h"
#include "sql/quote.h"

#include <string.h>

static const char *url_of(const RoundTrips *trips, Arena *arena, const char *database)
{
    const char *owner = trips->options.owner;
    return owner ? cluster_url_as(arena, trips->cluster, database, owner)
                 : cluster_url(arena, trips->cluster, database);
}

bool place_open_session(RoundTrips *trips, Arena *arena, const char *database,
                        Session **ret_session, Err *err)
{
    SessionOptions options = {.url = url_of(trips, arena, database),
                              .application_name = "migrate-safe round trip"};
    SESSION_SCOPED session = NULL;
    // what is asked again and again is planned once, also where it has parameters
    if (!session_open(&options, &session, err) ||
        !session_exec(session, "SET plan_cache_mode = force_generic_plan", err))
        return false;
    *ret_session = session;
    session = NULL;
    return true;
}

bool round_trip_connect(RoundTrips *trips, Arena *arena, const char *database, Target *ret_target,
                        Err *err)
{
    TargetOptions options = {.url = url_of(trips, arena, database),
                             .schema = trips->options.schema,
                             .command = "round trip"};
    Target target;
    if (!target_open(arena, &options, &target, err))
        return false;
    if (!runner_lock_take(arena, &target, 0, NULL, err) || !store_ensure(arena, &target, err)) {
        target_close(&target);
        return false;
    }
    *ret_target = target;
    return true;
}

bool round_trip_connect_base(RoundTrips *trips, Err *err)
{
    arena_free(trips->base_arena);
    trips->base_arena = arena_new();
    return round_trip_connect(trips, trips->base_arena, BASE_DATABASE, &trips->base, err);
}

static bool copy_properties(RoundTrips *trips, Arena *arena, const char *from, const char *name,
                            Err *err)
{
    const char *names[] = {from, name};
    Rows ignored;
    return session_query(trips->admin, arena, QUERY_ROUND_TRIP_COPY_SETTINGS.text, 2, names,
                         &ignored, err) &&
           session_query(trips->admin, arena, QUERY_ROUND_TRIP_COPY_PRIVILEGES.text, 2, names,
                         &ignored, err);
}

bool place_copy(RoundTrips *trips, Arena *arena, const char *from, const char **ret_name, Err *err)
{
    const char *name = arena_printf(arena, "migrate_safe_copy_%d", ++trips->copies);
    // since 15 each block would go through the log, which takes three times as long
    const char *strategy = cluster_major(trips->cluster) >= 15 ? " STRATEGY file_copy" : "";
    if (!session_exec(trips->admin,
                      arena_printf(arena, "CREATE DATABASE %s TEMPLATE %s%s",
                                   quote_identifier(arena, name), quote_identifier(arena, from),
                                   strategy),
                      err) ||
        !copy_properties(trips, arena, from, name, err))
        return err_note(err, "copying a database of our own");
    *ret_name = name;
    return true;
}

void place_drop(RoundTrips *trips, const char *name)
{
    ARENA_SCOPED scratch = arena_new();
    Err ignored = {0};
    if (name && !session_exec(trips->admin,
                              arena_printf(scratch, "DROP DATABASE IF EXISTS %s WITH (FORCE)",
                                           quote_identifier(scratch, name)),
                              &ignored))
        session_rollback(trips->admin);
}

static bool list_roles(RoundTrips *trips, Arena *arena, Words *ret_roles, Err *err)
{
    Rows rows;
    Words roles = {0};
    if (!session_query(trips->admin, arena, QUERY_SNAPSHOT_ROLES.text, 0, NULL, &rows, err))
        return false;
    for (size_t i = 0; i < rows.count; i++)
        *vec_append(arena, &roles) = rows_text(&rows, i, 0);
    *ret_roles = roles;
    return true;
}

static bool has_role(const Words *roles, const char *name)
{
    VEC_EACH (const char *const, role, roles)
        if (strcmp(*role, name) == 0)
            return true;
    return false;
}

bool place_note_roles(RoundTrips *trips, Err *err)
{
    trips->roles = (Words){0};
    return list_roles(trips, trips->arena, &trips->roles, err);
}

bool place_settle_roles(RoundTrips *trips, Err *err)
{
    ARENA_SCOPED scratch = arena_new();
    Words now;
    if (!list_roles(trips, scratch, &now, err))
        return false;
    VEC_EACH (const char *const, role, &now) {
        const char *name = quote_identifier(scratch, *role);
        if (!has_role(&trips->roles, *role) &&
            !session_exec(trips->admin, arena_printf(scratch, "DROP ROLE %s", name), err))
            return err_note(err, "taking back a role that the migration made");
    }
    VEC_EACH (const char *const, role, &trips->roles)
        if (!has_role(&now, *role) &&
            !session_exec(trips->admin,
                          arena_printf(scratch, "CREATE ROLE %s", quote_identifier(scratch, *role)),
                          err))
            return err_note(err, "making a role again that the migration dropped");
    return true;
}

bool place_make_missing_role(RoundTrips *trips, const Err *failure)
{
    ARENA_SCOPED scratch = arena_new();
    Err ignored = {0};
    const char *role = missing_role(scratch, failure);
    if (!role)
        return false;
    if (!session_exec(trips->admin,
                      arena_printf(scratch, "CREATE ROLE %s", quote_identifier(scratch, role)),
                      &ignored))
        return false;
    *vec_append(trips->arena, &trips->roles) = arena_strdup(trips->arena, role);
    return true;
}

static bool make_roles(RoundTrips *trips, Err *err)
{
    const RoundTripsOptions *options = &trips->options;
    ARENA_SCOPED scratch = arena_new();
    Words there;
    if (!list_roles(trips, scratch, &there, err))
        return false;
    for (size_t i = 0; options->roles && i < options->roles->len; i++) {
        const char *role = options->roles->items[i];
        if (!has_role(&there, role) &&
            !session_exec(trips->admin,
                          arena_printf(scratch, "CREATE ROLE %s", quote_identifier(scratch, role)),
                          err))
            return false;
    }
    const char *owner = options->owner;
    if (!owner || has_role(&there, owner))
        return place_note_roles(trips, err);
    const char *verb = options->roles && has_role(options->roles, owner) ? "ALTER" : "CREATE";
    return session_exec(trips->admin,
                        arena_printf(scratch, "%s ROLE %s SUPERUSER LOGIN", verb,
                                     quote_identifier(scratch, owner)),
                        err) &&
           place_note_roles(trips, err);
}

static bool make_base(RoundTrips *trips, Err *err)
{
    SessionOptions options = {.url = cluster_url(trips->arena, trips->cluster, "postgres"),
                              .application_name = "migrate-safe round trips"};
    if (!session_open(&options, &trips->admin, err))
        return false;
    const char *version = session_parameter(trips->admin, "server_version");
    // "15.10 (Debian ...)"
    trips->server = arena_dup(trips->arena, str_until(str_from(version ? version : "?"), ' '));
    return make_roles(trips, err) &&
           session_exec(trips->admin, "CREATE DATABASE " BASE_DATABASE, err) &&
           round_trip_connect_base(trips, err);
}

bool round_trips_open(Arena *arena, const RoundTripsOptions *options, RoundTrips **ret_trips,
                      Err *err)
{
    RoundTrips *trips = arena_new_object(arena, RoundTrips);
    // a database that autovacuum is in cannot be copied before it has ended
    static const char *const SETTINGS[] = {"autovacuum=off", NULL};
    ClusterOptions cluster = {.major = options->major, .settings = SETTINGS};
    *trips = (RoundTrips){.arena = arena, .options = *options};
    if (!cluster_start(arena, &cluster, &trips->cluster, err))
        return false;
    if (!make_base(trips, err)) {
        round_trips_close(trips);
        return err_note(err, "preparing a server of our own");
    }
    *ret_trips = trips;
    return true;
}

void round_trips_close(RoundTrips *trips)
{
    if (!trips)
        return;
    target_close(&trips->base);
    arena_free(trips->base_arena);
    trips->base_arena = NULL;
    session_close(trips->admin);
    trips->admin = NULL;
    cluster_stop(trips->cluster);
    trips->cluster = NULL;
}

void round_trips_close_at(RoundTrips **trips)
{
    round_trips_close(*trips);
}

void round_trips_repeat(RoundTrips *trips, const Migrations *migrations)
{
    trips->migrations = migrations;
}

const char *round_trips_server(const RoundTrips *trips)
{
    return trips->server;
}
