// help: the overview, one command's help, or all of it as a manual page.
#include "cli/help.h"
#include "cli/manual_page.h"
#include "cli/workspace.h"

static int help_run(Context *context)
{
    Err err = {0};
    if (option_is_set(&context->options, OPTION_MAN)) {
        if (context->arguments.len == 0) {
            manual_page(context->out.stream);
            return 0;
        }
        fail(&err, ERR_CONFIG, "--man is the manual page of all commands");
        err_hint(&err, "leave \"%s\" out: migrate-safe help --man", context->arguments.items[0]);
        return command_fail(context, &err);
    }
    if (context->arguments.len == 0) {
        help_overview(context->out.stream);
        return 0;
    }
    const char *name = context->arguments.items[0];
    if (context->arguments.len > 1)
        name = arena_printf(context->arena, "%s %s", name, context->arguments.items[1]);
    const CommandGroup *group = command_group_find(str_from(name));
    const Command *command = command_find(str_from(name));
    if (group)
        help_group(context->out.stream, group);
    else if (command)
        help_command(context->out.stream, command);
    if (group || command)
        return 0;
    fail(&err, ERR_CONFIG, "unknown command \"%s\"", name);
    err_hint(&err, "see the commands: migrate-safe help");
    return command_fail(context, &err);
}

static const Example EXAMPLES[] = {
    {"help", "all commands"},
    {"help up", "one command"},
    {"help backup", "the commands that begin with this word"},
    {"help --man", "the manual page, which scdoc reads"},
    {NULL, NULL},
};

static const OptionId TAKES[] = {OPTION_MAN, OPTION_COUNT};

const Command COMMAND_HELP = {
    .name = "help",
    .arguments = "[COMMAND]",
    .arguments_most = 2,
    .word = command_first_word,
    .needs_nothing = true,
    .summary = "this overview, or the help of one command",
    .description = "Prints the commands, or the options and examples of one.",
    .examples = EXAMPLES,
    .options = TAKES,
    .run = help_run,
};
