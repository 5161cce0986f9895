#include "cli/change_drift.h"

#include "report/drift_report.h"
#include "run/drift.h"

static void warn(const Workspace *workspace, const char *message, const char *detail)
{
    event_emit(&workspace->sink,
               &(Event){.kind = EVENT_WARNING, .message = message, .detail = detail});
}

void change_drift_see(Workspace *workspace)
{
    if (!option_is_set(&workspace->context->options, OPTION_SKIP_DRIFT))
        drift_look(workspace->context->arena, &workspace->target, &workspace->drift,
                   &workspace->schema_before);
}

void change_drift_look(Workspace *workspace)
{
    Arena *arena = workspace->context->arena;
    const Drift *drift = &workspace->drift;
    if (drift->state != DRIFT_NOT_LOOKED)
        return; // of the first of two changes
    change_drift_see(workspace);
    if (drift->state == DRIFT_FOUND)
        warn(workspace, arena_printf(arena, "drift: %s", drift_sentence(arena, drift)),
             "it was changed by others; what this run leaves is what is known from then on");
}

void change_drift_keep(Workspace *workspace)
{
    Arena *arena = workspace->context->arena;
    const Drift *before = &workspace->drift;
    Err err = {0};
    SnapshotKeeping keeping = {
        .run_id = workspace->run_id,
        .command = workspace->context->command,
        .drifted_before = before->state == DRIFT_NONE    ? 0
                          : before->state == DRIFT_FOUND ? before->differences
                                                         : -1,
    };
    if (session_is_alive(workspace->target.session))
        workspace->is_schema_kept =
            drift_keep(arena, &workspace->target, &keeping, &workspace->schema_after, &err);
    else
        fail(&err, ERR_CONNECTION, "the connection is lost");
    if (!workspace->is_schema_kept)
        warn(workspace, "no snapshot of the schema was stored, so that drift is not seen",
             arena_strdup(arena, err.message));
}

json_t *change_drift_json(const Workspace *workspace)
{
    json_t *document = drift_report_json(&workspace->drift);
    if (json_is_object(document))
        json_put(document, "snapshot_stored", json_boolean(workspace->is_schema_kept));
    return document;
}
