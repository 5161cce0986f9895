#include "cli/round_trip_open.h"

#include "cli/settings.h"
#include "run/schema_replay.h"

bool round_trips_open_for(Workspace *workspace, RoundTrips **ret_trips, Err *err)
{
    Context *context = workspace->context;
    Words *roles = arena_new_object(context->arena, Words);
    RoundTripsOptions options = {.schema = option_text(&context->options, OPTION_SCHEMA),
                                 .run_id = workspace->run_id};
    if (settings_has_database(context)) {
        if (!workspace_open(workspace, err) ||
            !schema_replay_roles(context->arena, workspace->target.session, roles, err))
            return false;
        options.major = session_server_major(workspace->target.session);
        options.owner = session_user(workspace->target.session);
        options.roles = roles;
    }
    return round_trips_open(context->arena, &options, ret_trips, err);
}

bool round_trips_choose(Workspace *workspace, bool *ret_is_named, const Migration ***ret_chosen,
                        Err *err)
{
    Context *context = workspace->context;
    History nothing = {0};
    Status status = {0};
    size_t count = context->arguments.len;
    const Migration **chosen = arena_alloc_array(context->arena, count + 1, sizeof *chosen);
    status_build(context->arena, &workspace->source.migrations, &nothing, &status);
    for (size_t i = 0; i < count; i++) {
        const StatusEntry *entry;
        if (!status_find(&status, context->arguments.items[i], &entry, err))
            return false;
        chosen[i] = entry->migration;
    }
    *ret_is_named = count > 0;
    *ret_chosen = chosen;
    return true;
}
