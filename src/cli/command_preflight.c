// preflight: every check before a change.
#include "cli/change.h"
#include "cli/change_preflight.h"
#include "io/clock.h"
#include "report/check_report.h"
#include "report/message.h"
#include "report/preflight_report.h"

static bool is_finding(const Err *err)
{
    return err->class == ERR_CHECK || err->class == ERR_IO || err->class == ERR_CONFIG;
}

static void print_text(const Workspace *workspace, const Preflight *preflight, const char *path)
{
    const Context *context = workspace->context;
    const Terminal *out = &context->out;
    CheckReport report = {.list = &preflight->list,
                          .is_verbose = option_is_set(&context->options, OPTION_VERBOSE)};
    fprintf(out->stream, "%spreflight%s  %s, PostgreSQL %s\n\n", terminal_begin(out, COLOUR_BOLD),
            terminal_end(out, COLOUR_BOLD),
            terminal_line(context->arena, session_target(workspace->target.session)),
            preflight->server_version);
    check_report_text(context->arena, out, &report);
    if (path)
        fprintf(out->stream, "report: %s\n", terminal_line(context->arena, path));
}

static int report(const Workspace *workspace, const Plan *plan, const Preflight *preflight)
{
    Context *context = workspace->context;
    Err err = {0};
    char now[CLOCK_TEXT];
    clock_now_rfc3339(now);
    JSON_SCOPED document = preflight_report_json(
        &(PreflightReport){.preflight = preflight, .plan = plan, .timestamp = now});
    const char *path = change_preflight_write(workspace, document, &err);
    if (!path)
        message_warning(&context->err, &err);
    if (!context->is_json)
        print_text(workspace, preflight, path);
    else if (!json_write(stdout, document))
        return err_exit_code(ERR_IO);
    return check_list_passes(&preflight->list) ? 0 : err_exit_code(ERR_CHECK);
}

static int preflight_run(Context *context)
{
    Err err = {0};
    Err unplanned = {0};
    Plan plan;
    Preflight preflight;
    WORKSPACE_SCOPED workspace;
    workspace_init(&workspace, context);
    PlanOptions options = workspace_plan_options(&workspace);
    if (!workspace_load(&workspace, &err) || !workspace_connect(&workspace, &err))
        return command_fail(context, &err);
    bool is_planned = workspace_plan_up(&workspace, &options, &plan, &unplanned);
    bool is_said = options.to && unplanned.class == ERR_CONFIG; // no such version
    if (!is_planned && (is_said || !is_finding(&unplanned)))
        return command_fail(context, &unplanned);
    if (!change_preflight_see(&workspace, is_planned ? &plan : NULL, is_planned ? NULL : &unplanned,
                              &preflight, &err))
        return command_fail(context, &err);
    return report(&workspace, is_planned ? &plan : NULL, &preflight);
}

static const Example EXAMPLES[] = {
    {"preflight", "may a change be made now?"},
    {"preflight --steps 1", "before only the next migration"},
    {"preflight --verbose", "and why each check matters"},
    {"preflight --json", "for machines; exit code 1 when a check fails"},
    {"--preflight", "the runbook's spelling"},
    {NULL, NULL},
};

static const OptionId TAKES[] = {
    OPTION_STEPS,      OPTION_TO,    OPTION_ALLOW_LATE,     OPTION_FORCE,   OPTION_SKIP_BACKUP,
    OPTION_SKIP_DRIFT, OPTION_TOOLS, OPTION_TOOLS_DATABASE, BACKUP_OPTIONS, OPTION_COUNT,
};

const Command COMMAND_PREFLIGHT = {
    .name = "preflight",
    .summary = "every check before a change: files, locks, server, room, rights, policy",
    .description =
        "Looks at what could go wrong before it does: files beside the history, drift, lint; old\n"
        "transactions and whoever holds what the pending migrations lock; standbys, slots, "
        "archiving,\n"
        "connections, room; rights for each statement; invalid indexes and constraints; what the "
        "policy\n"
        "asks for. Each check says pass, warn, fail or unknown (could not be asked), and what to "
        "type.\n"
        "Reads only; the report is kept as preflight-report-TIMESTAMP.json in the folder of logs. "
        "up, down\n"
        "and redo do the same before they begin, unless preflight is off. --force passes over "
        "failures that\n"
        "may be passed over (force-allows). Exit code 1 when a check fails.",
    .examples = EXAMPLES,
    .options = TAKES,
    .run = preflight_run,
};
