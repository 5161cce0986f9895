// status: what is applied, pending, late, edited, missing, replanned, dirty.
#include "cli/change_drift.h"
#include "cli/change_failure.h"
#include "cli/change_hooks.h"
#include "report/problem_report.h"
#include "report/status_report.h"

static int status_run(Context *context)
{
    Err err = {0};
    WORKSPACE_SCOPED workspace;
    workspace_init(&workspace, context);
    if (!workspace_load(&workspace, &err) || !workspace_connect(&workspace, &err))
        return command_fail(context, &err);
    workspace_tell_replanned(&workspace);
    change_drift_see(&workspace);
    StatusReport report = {
        .status = &workspace.status,
        .problems = &workspace.source.problems,
        .target = session_target(workspace.target.session),
        .database = workspace.target.database,
        .has_history = workspace.target.has_history,
        .has_user_tables = workspace.target.has_user_tables,
        .is_table = workspace.source.table != NULL,
        .table_current = workspace.source.current,
        .drift = workspace.drift,
        .open_undo = change_open_undo(&workspace),
    };
    if (!change_hooks_left(&workspace, &report.maintenance, &err))
        return command_fail(context, &err);
    bool is_written = true;
    if (context->is_json) {
        JSON_SCOPED document = status_report_json(&report);
        is_written = json_write(stdout, document);
    } else {
        status_report_text(context->arena, &context->out, &report);
    }
    problems_print(&context->err, &workspace.source.problems);
    if (!is_written)
        return err_exit_code(ERR_IO);
    // A file that cannot be read may hold a migration that is pending.
    bool is_pending =
        workspace.status.pending || workspace.status.dirty || source_first_error(&workspace.source);
    return is_pending && option_is_set(&context->options, OPTION_EXIT_CODE) ? 1 : 0;
}

static const Example EXAMPLES[] = {
    {"status", "what is applied and what is pending"},
    {"status --exit-code", "for CI: exit with 1 when something is pending"},
    {"status --json", "the same for machines"},
    {NULL, NULL},
};

static const OptionId TAKES[] = {OPTION_EXIT_CODE, OPTION_SKIP_DRIFT, OPTION_COUNT};

const Command COMMAND_STATUS = {
    .name = "status",
    .summary = "what is applied, pending, late, edited, missing, dirty",
    .description =
        "Lays the folder's migrations beside the database's history. Reads only.\n"
        "States: applied; pending; late (pending, though a later version is applied);\n"
        "edited (the file is not what was applied); missing (applied, the file is gone);\n"
        "replanned (the plan has another change there); dirty (stopped half way).\n"
        "A line says whether the schema was changed by others since the last migration (drift).\n"
        "Without a command this is what runs.",
    .examples = EXAMPLES,
    .options = TAKES,
    .run = status_run,
};
