// backup create: a dump, with what must be in it taken at the same snapshot.
#include "cli/backup_settings.h"
#include "cli/change_hooks.h"
#include "cli/workspace.h"
#include "report/backup_create_report.h"
#include "run/backup/affected.h"
#include "run/lock_planner.h"

static const char *last_version(const History *history)
{
    return history->len ? history->items[history->len - 1].version : NULL;
}

static CreateOptions options_of(const Workspace *workspace)
{
    const Context *context = workspace->context;
    const OptionValues *values = &context->options;
    CreateOptions options = backup_create_options(context);
    options.is_forced = option_is_set(values, OPTION_FORCE);
    options.lock_timeout_ms = option_number(values, OPTION_LOCK_TIMEOUT);
    options.lock_deadline_ms = option_number(values, OPTION_LOCK_DEADLINE);
    options.run_id = workspace->run_id;
    options.migration_version = last_version(&workspace->target.history);
    options.sink = &workspace->sink;
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

// What the pending migrations destroy or write anew; everything where that cannot be told.
static bool find_affected(Workspace *workspace, CreateOptions *options, Err *err)
{
    Arena *arena = workspace->context->arena;
    const PlanOptions plan_options = workspace_plan_options(workspace);
    Plan plan;
    Affected affected;
    if (options->content != BACKUP_AFFECTED)
        return true;
    if (!workspace_load_sound(workspace, err) || !workspace_connect(workspace, err) ||
        !workspace_plan_up(workspace, &plan_options, &plan, err))
        return false;
    lock_planner_plan(arena, &workspace->status, session_server_major(workspace->target.session),
                      &plan);
    if (!affected_find(arena, &workspace->target, &plan, &affected, err))
        return false;
    if (!affected.is_known) {
        event_emit(&workspace->sink, &(Event){.kind = EVENT_WARNING,
                                              .message = "all rows are backed up: which ones the "
                                                         "pending migrations touch is not known",
                                              .detail = affected.why_not});
        options->content = BACKUP_ALL;
    }
    VEC_EACH (const char *const, relation, &affected.relations)
        *vec_append(arena, &options->affected) = *relation;
    return true;
}

// Only what was asked for by flag: the level of the settings is for backups before a change.
static bool verify(Workspace *workspace, Backup *backup, Err *err)
{
    Context *context = workspace->context;
    VerifyOptions options = backup_verify_options(context);
    VerifyResult result = {0};
    bool is_asked = context->options.values[OPTION_BACKUP_LEVEL].origin == ORIGIN_FLAG &&
                    backup_level(context, &options.level);
    if (!is_asked)
        return true;
    options.sink = &workspace->sink;
    if (!backup_verify(context->arena, backup, &options, &result, err))
        return err_note(err, "backup %s was made, but is not %s", backup->manifest->id,
                        backup_level_word(options.level));
    BackupManifest *manifest = arena_new_object(context->arena, BackupManifest);
    *manifest = *backup->manifest;
    manifest->level = result.level;
    manifest->restore_ms = result.restore_ms;
    backup->manifest = manifest;
    return true;
}

static bool after_backup(Workspace *workspace, const BeforeChangeHooks *hooks, const Backup *backup,
                         Err *err)
{
    HookFacts facts = hooks->facts;
    facts.backup = backup;
    return hook_run(workspace->context->arena, hook_word(HOOK_AFTER_BACKUP), &hooks->after, &facts,
                    &workspace->sink, err);
}

static int create_run(Context *context)
{
    Err err = {0};
    Backup backup;
    BeforeChangeHooks hooks;
    WORKSPACE_SCOPED workspace;
    workspace_init(&workspace, context);
    if (!check(context, &err) || !workspace_open(&workspace, &err))
        return command_fail(context, &err);
    CreateOptions options = options_of(&workspace);
    if (!find_affected(&workspace, &options, &err) ||
        !change_hooks_of_backup(&workspace, &hooks, &err) ||
        !hook_run(context->arena, hook_word(HOOK_BEFORE_BACKUP), &hooks.before, &hooks.facts,
                  &workspace.sink, &err) ||
        !backup_create(context->arena, &workspace.target, &options, &backup, &err) ||
        !verify(&workspace, &backup, &err) || !after_backup(&workspace, &hooks, &backup, &err))
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
    {"backup create --level equal", "and restored and compared at once"},
    {"backup create --form plain", "one file of SQL, backup-ID.sql.gz"},
    {"backup create --content schema", "no rows"},
    {"backup create --content affected", "rows only of what pending migrations destroy or rewrite"},
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
    OPTION_BACKUP_LEVEL,
    OPTION_BACKUP_CHECKS,
    OPTION_AFTER_BACKUP,
    OPTION_AFTER_BACKUP_FAILURE,
    OPTION_LOCK_TIMEOUT,
    OPTION_LOCK_DEADLINE,
    OPTION_FORCE,
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
