#include "cli/help.h"

#include "base/str.h"
#include "migration/layout.h"

#include <string.h>

enum {
    COLUMN = 28,
    EXAMPLE_COLUMN = 49,
    WIDTH = 100
};

// `left` and a text beside it, in lines of at most WIDTH.
static void print_entry(FILE *stream, const char *left, int column, const char *text)
{
    const char *gap = strlen(left) < (size_t)column ? "" : " ";
    int used = fprintf(stream, "  %-*s%s", column, left, gap);
    for (Str rest = str_from(text); rest.n;) {
        Str word = str_until(rest, ' ');
        if (used + 1 + (int)word.n > WIDTH)
            used = fprintf(stream, "\n  %*s", column, "") - 1;
        used += fprintf(stream, " " STR_FMT, STR_ARG(word));
        rest = str_skip(rest, word.n < rest.n ? word.n + 1 : word.n);
    }
    fputc('\n', stream);
}

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
        ARENA_SCOPED arena = arena_new();
        const char *help = spec->help;
        if (id == OPTION_LAYOUT)
            help = arena_printf(arena, "%s: %s", help, layout_names(arena));
        print_entry(stream, left, COLUMN, help);
    }
}

static const char OPENING[] =
    "migrate-safe takes PostgreSQL schema changes to production: proven, reversible, without\n"
    "making the application wait.\n"
    "\n"
    "Usage: migrate-safe COMMAND [options]\n"
    "\n"
    "First steps:\n"
    "  export DATABASE_URL=postgresql://USER:PASSWORD@HOST:PORT/DATABASE\n"
    "  migrate-safe init                             a configuration with every setting explained\n"
    "  migrate-safe new add_users --dir migrations   makes two files: the change and the way back\n"
    "  migrate-safe plan                             what would be done with them\n"
    "  migrate-safe up                               does it; see: status, history, down\n"
    "\n"
    "Commands (W: writes to the target database):\n";

static const char CLOSING[] =
    "\n"
    "The database is --database URL, else DATABASE_URL, SUPABASE_DB_URL (also in a file .env), "
    "else\n"
    "database: of migrate-safe.yaml, then libpq's variables (PGHOST, PGSERVICE ...).\n"
    "Options and examples of a command: migrate-safe COMMAND --help\n"
    "Exit codes: 0 success, 1 a check said no, 2 a migration failed, 3 verification failed,\n"
    "4 a rollback failed, 5 configuration, usage or connection, 130 interrupted.\n";

static void print_command(FILE *stream, const Command *command)
{
    char left[64];
    snprintf(left, sizeof left, "%c %s%s%s", command->writes ? 'W' : ' ', command->name,
             command->arguments ? " " : "", command->arguments ? command->arguments : "");
    print_entry(stream, left, COLUMN - 6, command->summary);
}

void help_overview(FILE *stream)
{
    fputs(OPENING, stream);
    for (const Command *const *command = COMMANDS; *command; command++)
        print_command(stream, *command);
    fputs(CLOSING, stream);
}

void help_group(FILE *stream, const CommandGroup *group)
{
    const Command *alone = command_group_default(group);
    fprintf(stream, "Usage: migrate-safe %s COMMAND [options]\n\n%s\n", group->name,
            group->summary);
    fputs("\nCommands (W: writes to the target database):\n", stream);
    for (const Command *const *command = COMMANDS; *command; command++)
        if (command_group_of(*command) == group)
            print_command(stream, *command);
    if (alone)
        fprintf(stream, "\nWithout one of them: migrate-safe %s\n", alone->name);
    fprintf(stream, "\nOptions and examples of a command: migrate-safe %s COMMAND --help\n",
            group->name);
}

static void print_example(FILE *stream, const Example *example)
{
    char left[128];
    snprintf(left, sizeof left, "migrate-safe %s", example->line);
    print_entry(stream, left, EXAMPLE_COLUMN, example->what);
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
        print_example(stream, example);
}
