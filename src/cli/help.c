#include "cli/help.h"

#include <string.h>

enum {
    COLUMN = 28
};

static void print_options(FILE *stream, const Command *command, bool is_global)
{
    for (int id = 0; id < OPTION_COUNT; id++) {
        const OptionSpec *spec = &OPTIONS[id];
        if (spec->is_global != is_global || !command_takes(command, (OptionId)id))
            continue;
        char left[64];
        char letter[8] = "    ";
        if (spec->letter)
            snprintf(letter, sizeof letter, "-%c, ", spec->letter);
        snprintf(left, sizeof left, "%s--%s%s%s", letter, spec->name, spec->value ? " " : "",
                 spec->value ? spec->value : "");
        fprintf(stream, "  %-*s %s\n", COLUMN, left, spec->help);
    }
}

void help_overview(FILE *stream)
{
    fputs("migrate-safe takes PostgreSQL schema changes to production: proven, reversible, without "
          "making "
          "the application wait.\n\n"
          "Usage: migrate-safe COMMAND [options]\n\nCommands (W: writes to the target database):\n",
          stream);
    for (const Command *const *command = COMMANDS; *command; command++) {
        char left[64];
        snprintf(left, sizeof left, "%s%s%s", (*command)->name, (*command)->arguments ? " " : "",
                 (*command)->arguments ? (*command)->arguments : "");
        fprintf(stream, "  %c %-20s %s\n", (*command)->writes ? 'W' : ' ', left,
                (*command)->summary);
    }
    fputs(
        "\nThe database is --database URL, else DATABASE_URL, SUPABASE_DB_URL, then libpq's "
        "variables "
        "(PGHOST, PGSERVICE ...).\nOptions and examples of a command: migrate-safe COMMAND --help\n"
        "Exit codes: 0 success, 1 a check said no, 2 a migration failed, 3 verification failed,\n"
        "4 a rollback failed, 5 configuration, usage or connection, 130 interrupted.\n",
        stream);
}

void help_command(FILE *stream, const Command *command)
{
    fprintf(stream, "Usage: migrate-safe %s%s%s [options]\n", command->name,
            command->arguments ? " " : "", command->arguments ? command->arguments : "");
    if (command->alias)
        fprintf(stream, "Also: migrate-safe %s\n", command->alias);
    fprintf(stream, "\n%s\n", command->description);
    if (command->options && *command->options != OPTION_COUNT) {
        fputs("\nOptions:\n", stream);
        print_options(stream, command, false);
    }
    fputs("\nOptions of every command:\n", stream);
    print_options(stream, command, true);
    if (command->examples && command->examples->line)
        fputs("\nExamples:\n", stream);
    for (const Example *example = command->examples; example && example->line; example++)
        fprintf(stream, "  migrate-safe %-36s %s\n", example->line, example->what);
}
