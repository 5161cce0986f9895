#include "cli/manual_page.h"

#include "cli/completion.h"
#include "config.h"
#include "migration/layout.h"

#include <string.h>

static const char SYNOPSIS[] =
    "migrate-safe(1) \"\" \"migrate-safe " MIGRATE_SAFE_VERSION "\"\n"
    "\n"
    "# NAME\n"
    "\n"
    "migrate-safe - takes PostgreSQL schema changes to production safely\n"
    "\n"
    "# SYNOPSIS\n"
    "\n"
    "*migrate-safe* _COMMAND_ [_OPTIONS_]\n"
    "\n"
    "# DESCRIPTION\n"
    "\n"
    "Reads a folder of SQL migrations as it is, says what it would do, does it in transactions "
    "that "
    "carry their own record, waits for locks without making the application wait, and takes it "
    "back. Without a command it does what *status* does.\n"
    "\n"
    "Only commands that say so write to the target database.\n"
    "\n"
    "# COMMANDS\n";

static const char CONFIGURATION[] =
    "\n"
    "# CONFIGURATION\n"
    "\n"
    "A configuration file has the blocks _defaults_ and _environments_; a block below "
    "_environments_ is chosen with *--env* _NAME_. A flag wins over an environment variable, that "
    "over the environment's block, that over the defaults. Relative folders start at the file's. "
    "An "
    "unknown key is an error with its line.\n"
    "\n"
    "```\n"
    "defaults:\n"
    "  dir: db/migrations\n"
    "  lock-deadline: 10min\n"
    "environments:\n"
    "  production:\n"
    "    database: service=shop-production\n"
    "    statement-timeout: 15min\n"
    "```\n"
    "\n"
    "The blocks *hooks*, *maintenance* and *smoke* say what is run around a change, *lint* what "
    "the\n"
    "linter is to refuse, *roles* who may sign: see docs/ of the source. The settings mean what "
    "the\n"
    "options of the same names do:\n"
    "\n";

static const char *const VARIABLES[][2] = {
    {"DATABASE_URL", "the database, when there is no --database"},
    {"SUPABASE_DB_URL", "the same, when there is no DATABASE_URL either"},
    {"PGHOST, PGDATABASE, PGSERVICE ...", "libpq's own, when none of these names a database"},
    {"MIGRATE_SAFE_CONFIG", "the configuration file, when there is no --config"},
    {"MIGRATE_SAFE_PG_BIN", "folder of PostgreSQL's server programs, for throwaway servers"},
    {"TMPDIR", "where throwaway servers live while they run"},
    {"XDG_CACHE_HOME", "where what they start from is kept (else ~/.cache)"},
    {"MIGRATE_SAFE_RUN_ID, MIGRATE_SAFE_NOW ...", "not read, but given to hooks and smoke checks"},
    {"NO_COLOR", "no colours, also on a terminal"},
};

static const char *const FILES[][2] = {
    {"migrate-safe.yaml", "configuration, when it is where the program is started"},
    {".env", "variables beside the configuration file; those that exist already are stronger"},
    {"backups/migrations", "backups with their manifests; latest-backup.txt names the newest"},
    {"logs/migrations.jsonl", "a line for each event of every run, for machines"},
    {"logs/migrate-safe-<time>.log", "one run, for people"},
    {"~/.pgpass, ~/.pg_service.conf", "passwords and services, as libpq reads them"},
};

static const char CLOSING[] =
    "\n"
    "# EXAMPLES\n"
    "\n"
    "A database that another tool or a person has migrated up to version 027:\n"
    "\n"
    "```\n"
    "export DATABASE_URL=postgresql://USER:PASSWORD@HOST:PORT/DATABASE\n"
    "migrate-safe doctor\n"
    "migrate-safe validate\n"
    "migrate-safe baseline 027\n"
    "migrate-safe plan\n"
    "migrate-safe up\n"
    "migrate-safe status\n"
    "```\n"
    "\n"
    "In CI, fail while something waits to be applied:\n"
    "\n"
    "```\n"
    "migrate-safe validate --json\n"
    "migrate-safe status --exit-code\n"
    "```\n"
    "\n"
    "# SEE ALSO\n"
    "\n"
    "*psql*(1), *pg_dump*(1), *pgpass* and *pg_service.conf* in PostgreSQL's documentation of "
    "libpq\n";

// What scdoc would take for emphasis, a heading or a line break.
static void print_text(FILE *stream, const char *text)
{
    completion_print_escaped(stream, text, "\\*_+#~`", "\\");
}

static void print_pairs(FILE *stream, const char *title, const char *const (*pairs)[2],
                        size_t count)
{
    fprintf(stream, "\n# %s\n", title);
    for (size_t i = 0; i < count; i++) {
        fputs("\n*", stream);
        print_text(stream, pairs[i][0]);
        fputs("*\n\t", stream);
        print_text(stream, pairs[i][1]);
        fputs("\n", stream);
    }
}

static void print_option(FILE *stream, const OptionSpec *spec)
{
    fputs("\n", stream);
    if (spec->letter)
        fprintf(stream, "*-%c*, ", spec->letter);
    fprintf(stream, "*--%s*", spec->name);
    if (spec->value)
        fprintf(stream, " _%s_", spec->value);
    if (completion_is_negatable(spec))
        fprintf(stream, ", *--no-%s*", spec->name);
    fputs("\n\t", stream);
    print_text(stream, spec->help);
    fputs("\n", stream);
}

static void print_command(FILE *stream, const Command *command)
{
    fputs("\n## ", stream);
    completion_print_names(stream, command, ", ", "");
    if (command->arguments)
        fprintf(stream, " %s", command->arguments);
    fputs("\n\n", stream);
    print_text(stream, command->summary);
    fprintf(stream, "%s.\n\n", command->writes ? " (writes to the target database)" : "");
    print_text(stream, command->description);
    fputs("\n", stream);
    for (int id = 0; id < OPTION_COUNT; id++)
        if (completion_is_own(command, (OptionId)id))
            print_option(stream, &OPTIONS[id]);
    fputs("\nExamples:\n", stream);
    for (const Example *example = command->examples; example->line; example++) {
        fputs("\n*migrate-safe ", stream);
        print_text(stream, example->line);
        fputs("*\n\t", stream);
        print_text(stream, example->what);
        fputs("\n", stream);
    }
}

static void print_settings(FILE *stream)
{
    const char *separator = "";
    fputs(CONFIGURATION, stream);
    for (int id = 0; id < OPTION_COUNT; id++) {
        if (!OPTIONS[id].is_setting)
            continue;
        fprintf(stream, "%s*%s*", separator, OPTIONS[id].name);
        separator = ", ";
    }
    fputs("\n", stream);
}

static void print_layouts(FILE *stream)
{
    fputs("\n# LAYOUTS\n\n"
          "How a folder spells migrations is detected, or named with *--layout*.\n",
          stream);
    for (const Layout *const *layout = LAYOUTS; *layout; layout++) {
        fprintf(stream, "\n*%s*\n\t", (*layout)->name);
        print_text(stream, (*layout)->summary);
        fputs("\n", stream);
    }
}

static void print_exit_codes(FILE *stream)
{
    static const struct {
        int code;
        const char *meaning;
    } CLASSES[] = {
#define X(name, exit_code, word, meaning) {exit_code, meaning},
        ERR_CLASSES(X)
#undef X
    };
    fputs("\n# EXIT STATUS\n", stream);
    for (size_t i = 0; i < sizeof CLASSES / sizeof CLASSES[0]; i++) {
        if (i && CLASSES[i].code == CLASSES[i - 1].code)
            fputs("; ", stream);
        else
            fprintf(stream, "%s\n*%d*\n\t", i ? "\n" : "", CLASSES[i].code);
        print_text(stream, CLASSES[i].meaning);
    }
    fputs("\n", stream);
}

void manual_page(FILE *stream)
{
    fputs(SYNOPSIS, stream);
    for (const Command *const *command = COMMANDS; *command; command++)
        print_command(stream, *command);
    fputs("\n# OPTIONS\n\nEvery command takes these.\n", stream);
    for (int id = 0; id < OPTION_COUNT; id++)
        if (OPTIONS[id].is_global)
            print_option(stream, &OPTIONS[id]);
    print_settings(stream);
    print_layouts(stream);
    print_pairs(stream, "ENVIRONMENT", VARIABLES, sizeof VARIABLES / sizeof VARIABLES[0]);
    print_pairs(stream, "FILES", FILES, sizeof FILES / sizeof FILES[0]);
    print_exit_codes(stream);
    fputs(CLOSING, stream);
}
