// history: who applied what, when, how long it took.
#include "cli/workspace.h"
#include "io/json.h"
#include "report/message.h"
#include "report/status_report.h"
#include "run/snapshot_store.h"

static int history_run(Context *context)
{
    Err err = {0};
    WORKSPACE_SCOPED workspace;
    workspace_init(&workspace, context);
    if (!workspace_connect(&workspace, &err))
        return command_fail(context, &err);
    StoredSnapshots snapshots = {0};
    if (!snapshot_store_list(context->arena, &workspace.target, &snapshots, &err))
        message_warning(&context->err, &err);
    size_t limit = (size_t)option_number(&context->options, OPTION_LIMIT);
    if (!context->is_json) {
        history_report_text(context->arena, &context->out, &workspace.target.history, &snapshots,
                            limit);
        return 0;
    }
    JSON_SCOPED document = history_report_json(&workspace.target.history, &snapshots, limit);
    return json_write(stdout, document) ? 0 : err_exit_code(ERR_IO);
}

static const Example EXAMPLES[] = {
    {"history", "all that was applied, newest first"},
    {"history --limit 10", "the last ten"},
    {"history --json", "with checksums, run ids and plan digests"},
    {NULL, NULL},
};

static const OptionId TAKES[] = {OPTION_LIMIT, OPTION_COUNT};

const Command COMMAND_HISTORY = {
    .name = "history",
    .summary = "who applied what, when, how long it took, which schema, which backup",
    .description = "Shows the database's history, newest first, with the fingerprint of the schema "
                   "that each run\n"
                   "has left, and who accepted drift. Needs no folder of migrations. Reads only.",
    .examples = EXAMPLES,
    .options = TAKES,
    .run = history_run,
};
