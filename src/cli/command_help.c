// help: the overview, one command's help, or all of it as a manual page.
#include "cli/help.h"
#include "cli/manual_page.h"
#include "cli/workspace.h"

static const char *command_word(size_t index)
{
    return COMMANDS[index] ? COMMANDS[index]->name : NULL;
}

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
    const Command *command = command_find(str_from(context->arguments.items[0]));
    if (command) {
        help_command(context->out.stream, command);
        return 0;
    }
    fail(&err, ERR_CONFIG, "unknown command \"%s\"", context->arguments.items[0]);
    err_hint(&err, "see the commands: migrate-safe help");
    return command_fail(context, &err);
}

static const Example EXAMPLES[] = {
    {"help", "all commands"},
    {"help up", "one command"},
    {"help --man", "the manual page, which scdoc reads"},
    {NULL, NULL},
};

static const OptionId TAKES[] = {OPTION_MAN, OPTION_COUNT};

const Command COMMAND_HELP = {
    .name = "help",
    .arguments = "[COMMAND]",
    .arguments_most = 1,
    .word = command_word,
    .needs_nothing = true,
    .summary = "this overview, or the help of one command",
    .description = "Prints the commands, or the options and examples of one.",
    .examples = EXAMPLES,
    .options = TAKES,
    .run = help_run,
};
