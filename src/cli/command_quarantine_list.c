// quarantine list: what was set aside, since when, and when it is due.
#include "cli/quarantine_command.h"
#include "report/quarantine_report.h"

static int list_run(Context *context)
{
    Err err = {0};
    QuarantineCommand command;
    WORKSPACE_SCOPED workspace;
    workspace_init(&workspace, context);
    if (!quarantine_command_open(&command, &workspace, &err))
        return command_fail(context, &err);
    if (context->is_json) {
        JSON_SCOPED document = quarantine_report_list(&command.list, command.days);
        return json_write(stdout, document) ? 0 : err_exit_code(ERR_IO);
    }
    const char *sentence = quarantined_sentence(context->arena, &command.list, command.days);
    quarantine_report_text(context->arena, &context->out, &command.list);
    fprintf(context->out.stream, "%s\n", sentence ? sentence : "Nothing is in quarantine");
    return 0;
}

static const Example EXAMPLES[] = {
    {"quarantine list", "what is there, oldest first"},
    {"quarantine list --quarantine-days 7", "what would be due after seven days"},
    {"quarantine list --json", "with rows, bytes and times"},
    {NULL, NULL},
};

static const OptionId TAKES[] = {OPTION_QUARANTINE_DAYS, OPTION_COUNT};

const Command COMMAND_QUARANTINE_LIST = {
    .name = "quarantine list",
    .alias = "quarantine",
    .summary = "what was set aside: what it was, since when, how much, when it is due",
    .description =
        "Shows every table and column that a migration has set aside where it would have been\n"
        "dropped, and rows that were captured before they were deleted or overwritten. Each is\n"
        "known by the comment it carries. Its age counts from when its migration was applied;\n"
        "after quarantine-days (30) it is due, and quarantine purge drops it. Reads only.",
    .examples = EXAMPLES,
    .options = TAKES,
    .run = list_run,
};
