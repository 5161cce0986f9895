// diff: what two schemas do not have in common.
#include "cli/diff_sql.h"
#include "report/diff_report.h"
#include "report/fingerprint_report.h"

// Databases first: a folder is replayed for a server like theirs.
static bool read_sides(Workspace *workspace, DiffSource *then, DiffSource *now, Err *err)
{
    bool is_then_last = then->kind == SIDE_FOLDER;
    DiffSource *first = is_then_last ? now : then;
    DiffSource *second = is_then_last ? then : now;
    if (first->kind == SIDE_FOLDER) {
        fail(err, ERR_CONFIG, "%s and %s are both folders", then->given, now->given);
        return err_hint(err, "compare each with a database, or with a snapshot of it: "
                             "migrate-safe fingerprint --explain --json > FILE");
    }
    if (then->kind == SIDE_DATABASE && now->kind == SIDE_DATABASE)
        return diff_side_read_both(workspace, then, now, err);
    return diff_side_read(workspace, first, second, err) &&
           diff_side_read(workspace, second, first, err);
}

// What neither a dump nor a folder can have is no difference.
static SnapshotScope scope_of(const DiffSource *then, const DiffSource *now)
{
    bool is_whole = true;
    for (int i = 0; i < 2; i++) {
        const DiffSource *side = i ? now : then;
        is_whole &= side->kind == SIDE_DATABASE || side->kind == SIDE_FILE;
    }
    return is_whole ? SNAPSHOT_WHOLE : SNAPSHOT_DUMPED;
}

// The document has the refusals itself.
static bool write(Context *context, const DiffReport *report)
{
    if (context->is_json)
        return diff_report_json(stdout, report);
    if (report->sql)
        diff_sql_print(context, report);
    else
        diff_report_text(context->arena, &context->out, report);
    return fflush(stdout) == 0;
}

static int show(Context *context, const DiffSource *then, const DiffSource *now)
{
    DiffReport report = {.then = {then->name, &then->snapshot},
                         .now = {now->name, &now->snapshot},
                         .scope = scope_of(then, now)};
    DiffSql sql;
    Err err = {0};
    snapshot_differences(context->arena, &then->snapshot, &now->snapshot, report.scope,
                         &report.differences);
    if (option_is_set(&context->options, OPTION_SQL)) {
        if (!diff_sql_make(context, then, now, report.scope, &sql, &err))
            return command_fail(context, &err);
        report.sql = &sql;
    }
    bool is_written = write(context, &report);
    fingerprint_report_gaps(context->arena, &context->err, &then->snapshot);
    fingerprint_report_gaps(context->arena, &context->err, &now->snapshot);
    return !is_written                     ? err_exit_code(ERR_IO)
           : diff_report_is_equal(&report) ? 0
                                           : err_exit_code(ERR_CHECK);
}

static int diff_run(Context *context)
{
    Err err = {0};
    WORKSPACE_SCOPED workspace;
    DiffSource then = {0};
    DiffSource now = {0};
    workspace_init(&workspace, context);
    const char *second = context->arguments.len > 1 ? context->arguments.items[1] : NULL;
    bool is_read = diff_side_find(context, context->arguments.items[0], &then, &err) &&
                   diff_side_find(context, second, &now, &err) &&
                   read_sides(&workspace, &then, &now, &err);
    int code = is_read ? show(context, &then, &now) : command_fail(context, &err);
    diff_side_close(&then);
    diff_side_close(&now);
    return code;
}

static const Example EXAMPLES[] = {
    {"diff migrations", "the folder, run on a server of our own, beside the configured database"},
    {"diff postgresql://staging/shop postgresql://prod/shop", "two databases"},
    {"diff before.json",
     "a snapshot that fingerprint --explain --json wrote, and the database now"},
    {"diff latest", "the newest backup's schema and the database now"},
    {"diff postgresql://prod/shop postgresql://staging/shop --sql",
     "the SQL that makes production's schema like staging's"},
    {"diff postgresql://prod/shop postgresql://staging/shop --roles",
     "roles and memberships of the two servers too"},
    {NULL, NULL},
};

static const OptionId TAKES[] = {OPTION_BACKUP_FOLDER, OPTION_SQL, OPTION_ROLES, OPTION_COUNT};

const Command COMMAND_DIFF = {
    .name = "diff",
    .arguments = "A [B]",
    .arguments_least = 1,
    .arguments_most = 2,
    .summary = "what two schemas do not have in common: databases, folders, snapshots, backups",
    .description =
        "A and B are each the URL of a database, a folder of migrations, a file that\n"
        "`fingerprint --explain --json` wrote, or a backup (id, path, latest); without B it is\n"
        "the configured database. A folder is run from its first migration on a throwaway server\n"
        "of the other side's major, by a role of the same name as the one that is connected "
        "there.\n"
        "Every kind of object and attribute counts, as for the fingerprint. Exits with 1 when "
        "they\n"
        "differ, or when something could not be read. Reads only. With --roles the servers' roles\n"
        "count too, their settings and memberships, never passwords: of databases and of files\n"
        "that were written with --roles.\n"
        "With --sql it prints the SQL that makes A like B, in an order that runs, with what each\n"
        "statement loses, and tries it on a throwaway server where PostgreSQL of that major is\n"
        "installed. What has no SQL is refused with the reason, and then nothing is printed.",
    .examples = EXAMPLES,
    .options = TAKES,
    .run = diff_run,
};
