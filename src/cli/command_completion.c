// completion: a script for the shell that completes our command lines.
#include "cli/completion.h"
#include "cli/workspace.h"

#include <string.h>

static const char *shell_word(size_t index)
{
    return SHELLS[index] ? SHELLS[index]->name : NULL;
}

static int completion_run(Context *context)
{
    const char *name = context->arguments.items[0];
    for (const Shell *const *shell = SHELLS; *shell; shell++)
        if (strcmp((*shell)->name, name) == 0) {
            (*shell)->print(context->out.stream);
            return 0;
        }
    Err err = {0};
    fail(&err, ERR_CONFIG, "no completion for the shell \"%s\"", name);
    err_hint(&err, "the shells are: bash, zsh, fish");
    return command_fail(context, &err);
}

static const Example EXAMPLES[] = {
    {"completion bash", "for this shell: source <(migrate-safe completion bash)"},
    {"completion zsh", "belongs as _migrate-safe into a folder of $fpath"},
    {"completion fish", "belongs as migrate-safe.fish into ~/.config/fish/completions"},
    {NULL, NULL},
};

static const OptionId TAKES[] = {OPTION_COUNT};

const Command COMMAND_COMPLETION = {
    .name = "completion",
    .arguments = "SHELL",
    .arguments_least = 1,
    .arguments_most = 1,
    .word = shell_word,
    .needs_nothing = true,
    .summary = "print the completion script for bash, zsh or fish",
    .description =
        "The script completes commands, their options, files, folders and the values that are "
        "known;\n"
        "it asks no database. `make install` puts all three where the shells look. By hand bash's "
        "belongs\n"
        "into ~/.local/share/bash-completion/completions, as migrate-safe.",
    .examples = EXAMPLES,
    .options = TAKES,
    .run = completion_run,
};
