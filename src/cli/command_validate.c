// validate: is the folder sound? With a database also: was anything edited, is anything late?
#include "cli/settings.h"
#include "cli/validate_downs.h"
#include "report/problem_report.h"

static void add(Workspace *workspace, ProblemKind kind, const StatusEntry *entry,
                const char *message, const char *hint)
{
    Problem *problem = vec_append(workspace->context->arena, &workspace->source.problems);
    *problem = (Problem){.kind = kind, .is_error = true};
    fail(&problem->err, ERR_CHECK, "version %s %s", entry->migration->version, message);
    err_at(&problem->err, entry->migration->up.path, (Position){1, 1});
    err_hint(&problem->err, "%s", hint);
}

// What only the history can tell.
static void compare_with_history(Workspace *workspace)
{
    workspace_tell_replanned(workspace);
    VEC_EACH (const StatusEntry, entry, &workspace->status.entries) {
        if (entry->is_edited)
            add(workspace, PROBLEM_EDITED, entry, "was edited after it was applied",
                arena_printf(workspace->context->arena,
                             "put the file back and write a new migration, or accept the new text: "
                             "migrate-safe recover --accept %s",
                             entry->migration->version));
        if (entry->is_late)
            add(workspace, PROBLEM_LATE, entry, "is late: a later version is applied already",
                "rename it to a new version, or apply it with: migrate-safe up --allow-late");
    }
}

static int validate_run(Context *context)
{
    Err err = {0};
    WORKSPACE_SCOPED workspace;
    workspace_init(&workspace, context);
    if (option_is_set(&context->options, OPTION_DOWNS))
        return validate_downs(&workspace);
    if (context->arguments.len) {
        fail(&err, ERR_CONFIG, "validate looks at all files; versions are for --downs");
        err_hint(&err, "try: migrate-safe validate --downs %s", context->arguments.items[0]);
        return command_fail(context, &err);
    }
    if (!workspace_load(&workspace, &err))
        return command_fail(context, &err);
    source_examine(context->arena, &workspace.source);
    if (settings_has_database(context)) {
        if (!workspace_connect(&workspace, &err))
            return command_fail(context, &err);
        compare_with_history(&workspace);
    }
    ProblemReport report =
        problem_report_new(&workspace.source.problems, workspace.source.migrations.len);
    if (context->is_json) {
        JSON_SCOPED document = problem_report_json(&report);
        if (!json_write(stdout, document))
            return err_exit_code(ERR_IO);
    } else {
        problem_report_text(context->arena, &context->out, &context->err, &report);
    }
    return report.errors ? 1 : 0;
}

static const Example EXAMPLES[] = {
    {"validate", "check the folder, and the history when a database is named"},
    {"validate --dir db/migrations --json", "findings for machines"},
    {"validate --downs", "try every down on a throwaway server with rows in it"},
    {"validate --downs 027 028", "only those of these versions"},
    {NULL, NULL},
};

static const OptionId TAKES[] = {OPTION_DOWNS, OPTION_DRY_RUN, OPTION_COUNT};

const Command COMMAND_VALIDATE = {
    .name = "validate",
    .arguments = "[VERSION...]",
    .arguments_most = 100000,
    .summary = "check the files: order, duplicates, downs, directives, quotes, blocks",
    .description =
        "Reads every file to its end. Needs no database, unless the migrations are the rows of a\n"
        "table; when one is named (DATABASE_URL or --database) edited and late files are found as\n"
        "well. Exits with 1 when there is an error; a missing down and an empty file are "
        "warnings.\n"
        "With --downs every down is tried on copies of a throwaway database with generated rows:\n"
        "up, down, up again, rows written, down again. It is exact when schema and rows are as "
        "they\n"
        "were; else it differs (what does is shown), fails (with the error), or loses rows (how\n"
        "many); then it exits with 1, unless the file itself says what is lost (-- Loses: ...).\n"
        "Needs PostgreSQL's server programs; of a configured database only the version and the\n"
        "names of roles are taken.",
    .examples = EXAMPLES,
    .options = TAKES,
    .run = validate_run,
};
