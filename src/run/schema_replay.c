#include "run/schema_replay.h"

#include "pg/cluster.h"
#include "queries.h"
#include "run/apply.h"
#include "run/runner_lock.h"
#include "run/snapshot.h"
#include "run/store.h"
#include "sql/quote.h"

#include <string.h>

bool schema_build(Arena *arena, Target *target, const Source *source, const char *to,
                  const char *run_id, const EventSink *sink, Err *err)
{
    ApplyOptions apply = {.run_id = run_id, .command = "up", .sink = sink};
    PlanOptions options = {.to = to};
    ApplyResult result;
    Status status = {0};
    Plan plan;
    status_build(arena, &source->migrations, &target->history, &status);
    return plan_up(arena, &status, &options, &plan, err) && apply_survey(arena, &plan, err) &&
           runner_lock_take(arena, target, 0, sink, err) && store_ensure(arena, target, err) &&
           apply_plan(arena, target, &plan, &apply, &result, err);
}

// The cluster has its superuser already, by whatever name.
static bool make_role(Arena *arena, Session *session, const char *name, const char *right, Err *err)
{
    if (strcmp(name, session_user(session)) == 0)
        return true;
    return session_exec(
        session, arena_printf(arena, "CREATE ROLE %s%s", quote_identifier(arena, name), right),
        err);
}

static bool make_roles(Arena *arena, Session *session, const SchemaReplayOptions *options, Err *err)
{
    const char *owner = options->owner ? options->owner : session_user(session);
    for (size_t i = 0; options->roles && i < options->roles->len; i++)
        if (strcmp(options->roles->items[i], owner) != 0 &&
            !make_role(arena, session, options->roles->items[i], "", err))
            return false;
    return make_role(arena, session, owner, " SUPERUSER LOGIN", err);
}

static bool prepare(Arena *arena, const Cluster *cluster, const SchemaReplayOptions *options,
                    Err *err)
{
    Session *session;
    SessionOptions session_options = {.url = cluster_url(arena, cluster, "postgres"),
                                      .application_name = "migrate-safe diff"};
    if (!session_open(&session_options, &session, err))
        return false;
    bool ok = make_roles(arena, session, options, err);
    session_close(session);
    return ok;
}

// Throwaway clusters are copies of one: what says which database it is says nothing there.
static bool take(Arena *arena, const Target *target, Snapshot *ret_snapshot, Err *err)
{
    Snapshot snapshot;
    if (!snapshot_take_linked(arena, target->session, target->schema, false, &snapshot, err))
        return false;
    snapshot.database = NULL;
    *ret_snapshot = snapshot;
    return true;
}

static bool replay_on(Arena *arena, const Cluster *cluster, const Source *source,
                      const SchemaReplayOptions *options, Snapshot *ret_snapshot, Err *err)
{
    TARGET_SCOPED target = {0};
    Target opened;
    TargetOptions target_options = {
        .url = options->owner ? cluster_url_as(arena, cluster, "postgres", options->owner)
                              : cluster_url(arena, cluster, "postgres"),
        .schema = options->schema,
        .command = "diff",
    };
    if (!prepare(arena, cluster, options, err) ||
        !target_open(arena, &target_options, &opened, err))
        return false;
    target = opened;
    if (schema_build(arena, &target, source, NULL, options->run_id, options->sink, err))
        return take(arena, &target, ret_snapshot, err);
    return err_note(err, "replaying the migrations on a server of our own");
}

bool schema_replay(Arena *arena, const Source *source, const SchemaReplayOptions *options,
                   Snapshot *ret_snapshot, Err *err)
{
    Cluster *cluster = NULL;
    ClusterOptions cluster_options = {.major = options->major};
    if (!cluster_start(arena, &cluster_options, &cluster, err))
        return false;
    bool ok = replay_on(arena, cluster, source, options, ret_snapshot, err);
    cluster_stop(cluster);
    return ok;
}

bool schema_replay_roles(Arena *arena, Session *session, Words *ret_roles, Err *err)
{
    Rows rows;
    Words roles = {0};
    if (!session_query(session, arena, QUERY_SNAPSHOT_ROLES.text, 0, NULL, &rows, err))
        return false;
    for (size_t i = 0; i < rows.count; i++)
        *vec_append(arena, &roles) = rows_text(&rows, i, 0);
    *ret_roles = roles;
    return true;
}
