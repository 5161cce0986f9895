// The program: command line in, one command, exit code out.
#include "cli/help.h"
#include "cli/parse.h"
#include "cli/settings.h"
#include "cli/workspace.h"
#include "config.h"
#include "io/interrupt.h"

#include <locale.h>
#include <string.h>

static int run_command(Context *context, const Command *command)
{
    Err err = {0};
    const Command *status = command_find(STR("status"));
    context->command = command ? command->name : status->name;
    if (!settings_load(context, &err))
        return command_fail(context, &err);
    if (command)
        return command->run(context);
    int exit_code = status->run(context);
    fputs("help: migrate-safe help\n", context->err.stream);
    return exit_code;
}

// A command line that is wrong before its --json is answered with a document all the same.
static bool asks_for_json(int argc, char **argv)
{
    for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++)
        if (strcmp(argv[i], "--json") == 0)
            return true;
    return false;
}

static int run_program(Context *context, int argc, char **argv)
{
    Err err = {0};
    const Command *command = NULL;
    bool ok = parse_command_line(context, argc, argv, &command, &err);
    context->is_json = option_is_set(&context->options, OPTION_JSON);
    context->command = command ? command->name : "";
    if (!ok) {
        context->is_json = asks_for_json(argc, argv);
        return command_fail(context, &err);
    }
    if (option_is_set(&context->options, OPTION_VERSION)) {
        printf("migrate-safe %s\n", MIGRATE_SAFE_VERSION);
        return 0;
    }
    if (!option_is_set(&context->options, OPTION_HELP))
        return run_command(context, command);
    if (command)
        help_command(stdout, command);
    else
        help_overview(stdout);
    return 0;
}

int main(int argc, char **argv)
{
    setlocale(LC_CTYPE, "");
    interrupt_install();
    Arena *arena = arena_new();
    Context context = {
        .arena = arena,
        .out = terminal_of(stdout),
        .err = terminal_of(stderr),
        .program = argv[0],
    };
    int exit_code = run_program(&context, argc, argv);
#if defined(__SANITIZE_ADDRESS__)
    arena_free(arena); // otherwise the system takes it back, which is faster
#endif
    if (fflush(stdout) != 0 && exit_code == 0)
        exit_code = err_exit_code(ERR_IO);
    return exit_code;
}
