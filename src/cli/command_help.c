// help: the overview, or one command's help.
#include "cli/help.h"
#include "cli/workspace.h"

static int help_run(Context *context)
{
    if (context->arguments.len == 0) {
        help_overview(context->out.stream);
        return 0;
    }
    const Command *command = command_find(str_from(context->arguments.items[0]));
    if (command) {
        help_command(context->out.stream, command);
        return 0;
    }
    Err err = {0};
    fail(&err, ERR_CONFIG, "unknown command \"%s\"", context->arguments.items[0]);
    err_hint(&err, "see the commands: migrate-safe help");
    return command_fail(context, &err);
}

static const Example EXAMPLES[] = {
    {"help", "all commands"}, {"help up", "one command"}, {NULL, NULL}};
static const OptionId TAKES[] = {OPTION_COUNT};

const Command COMMAND_HELP = {
    .name = "help",
    .arguments = "[COMMAND]",
    .arguments_most = 1,
    .needs_nothing = true,
    .summary = "this overview, or the help of one command",
    .description = "Prints the commands, or the options and examples of one.",
    .examples = EXAMPLES,
    .options = TAKES,
    .run = help_run,
};
