// backup create: a dump, with what must be in it taken at the same snapshot.
#include "cli/backup_settings.h"
#include "cli/workspace.h"
#include "report/backup_create_report.h"
#include "run/backup/create.h"

static const char *last_version(const History *history)
{
    return history->len ? history->items[history->len - 1].version : NULL;
}

static CreateOptions options_of(const Workspace *workspace)
{
    const Context *context = workspace->context;
    const OptionValues *values = &context->options;
    CreateOptions options = {
        .folder = backup_folder(context),
        .form = backup_form(context),
        .content = backup_content(context),
        .compression = option_text(values, OPTION_BACKUP_COMPRESSION),
        .jobs = (int)option_number(values, OPTION_BACKUP_JOBS),
        .is_forced = option_is_set(values, OPTION_FORCE),
        .place = workspace_client_place(context),
        .lock_timeout_ms = option_number(values, OPTION_LOCK_TIMEOUT),
        .lock_deadline_ms = option_number(values, OPTION_LOCK_DEADLINE),
        .run_id = workspace->run_id,
        .migration_version = last_version(&workspace->target.history),
        .sink = &workspace->sink,
    };
    // A directory can only be made by a pg_dump that is here: without a word about it, one file.
    if (options.place.words && !option_text(values, OPTION_BACKUP_FORM))
        options.form = BACKUP_CUSTOM;
    options.tables = values->values[OPTION_ONLY].list;
    if (options.tables.len)
        options.content = BACKUP_TABLES;
    return options;
}

static bool check(const Context *context, Err *err)
{
    const char *content = option_text(&context->options, OPTION_BACKUP_CONTENT);
    if (content && context->options.values[OPTION_ONLY].list.len &&
        context->options.values[OPTION_BACKUP_CONTENT].origin == ORIGIN_FLAG) {
        fail(err, ERR_CONFIG, "--only names tables, and --content %s says something else", content);
        return err_hint(err, "give one of them");
    }
    return true;
}

static int create_run(Context *context)
{
    Err err = {0};
    Backup backup;
    WORKSPACE_SCOPED workspace;
    workspace_init(&workspace, context);
    if (!check(context, &err) || !workspace_open(&workspace, &err))
        return command_fail(context, &err);
    CreateOptions options = options_of(&workspace);
    const BackupHook hook = backup_hook(context);
    if (!backup_create(context->arena, &workspace.target, &options, &backup, &err) ||
        !backup_hook_run(context->arena, &hook, &backup, options.sink, &err))
        return command_fail(context, &err);
    if (!context->is_json) {
        backup_create_report_text(context->arena, &context->out, backup.path, backup.manifest);
        return 0;
    }
    JSON_SCOPED document =
        backup_create_report_json(backup.path, backup.manifest_path, backup.manifest);
    return json_write(stdout, document) ? 0 : err_exit_code(ERR_IO);
}

static const Example EXAMPLES[] = {
    {"backup create", "the whole database, several tables at once"},
    {"backup create --form plain", "one file of SQL, backup-ID.sql.gz"},
    {"backup create --content schema", "no rows"},
    {"backup create --only app.orders --only 'audit.*'", "the schema, and rows of these alone"},
    {NULL, NULL},
};

static const OptionId TAKES[] = {
    OPTION_BACKUP_FOLDER,
    OPTION_BACKUP_FORM,
    OPTION_BACKUP_CONTENT,
    OPTION_ONLY,
    OPTION_BACKUP_COMPRESSION,
    OPTION_BACKUP_JOBS,
    OPTION_LOCK_TIMEOUT,
    OPTION_LOCK_DEADLINE,
    OPTION_FORCE,
    OPTION_AFTER_BACKUP,
    OPTION_AFTER_BACKUP_FAILURE,
    OPTION_TOOLS,
    OPTION_TOOLS_DATABASE,
    OPTION_COUNT,
};

const Command COMMAND_BACKUP_CREATE = {
    .name = "backup create",
    .alias = "backup", // TrustBot's word for it
    .summary = "make a backup, with counts and digests of its rows taken at the same snapshot",
    .description = "Locks all tables for reading (no reader or writer waits for that), takes a "
                   "snapshot, runs\n"
                   "pg_dump on it, and counts and hashes every table's rows at the same snapshot: "
                   "the manifest\n"
                   "beside the backup says what a restore must bring back. With --only the backup "
                   "has the whole\n"
                   "schema and the rows of those tables, of their partitions, and of the tables "
                   "that their foreign\n"
                   "keys point to. What fails leaves nothing; a backup has its name only once it "
                   "is complete and on\n"
                   "the disk. Nothing is written to the database.",
    .examples = EXAMPLES,
    .options = TAKES,
    .run = create_run,
};
