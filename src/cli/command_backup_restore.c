// backup restore: a backup beside the live database, proven, and then in its place.
#include "cli/backup_settings.h"
#include "cli/consent.h"
#include "cli/restore_print.h"
#include "cli/server_wait.h"
#include "cli/settings.h"
#include "io/clock.h"
#include "io/interrupt.h"
#include "pg/conninfo.h"
#include "report/message.h"

#include <string.h>

static bool check_arguments(const Context *context, Err *err)
{
    bool is_undo = option_is_set(&context->options, OPTION_UNDO);
    bool has_into = option_text(&context->options, OPTION_INTO);
    bool has_tables = context->options.values[OPTION_ONLY].list.len;
    if (is_undo == (context->arguments.len > 0)) {
        if (is_undo)
            fail(err, ERR_CONFIG,
                 "--undo takes no backup: it removes what an interrupted restore "
                 "left");
        else
            fail(err, ERR_CONFIG, "no backup is named");
        return err_hint(err, is_undo ? "migrate-safe backup restore --undo"
                                     : "migrate-safe backup restore latest; see: migrate-safe "
                                       "backup list");
    }
    if (has_into && has_tables) {
        fail(err, ERR_CONFIG, "--into restores a whole database, --table single tables");
        return err_hint(err, "give one of the two");
    }
    return true;
}

// The folder is read only where a backup has nothing but rows.
static bool load_source(Workspace *workspace, const Backup *backup, RestoreOptions *options,
                        Err *err)
{
    if (!backup->manifest || backup->manifest->content != BACKUP_DATA_ONLY)
        return true;
    if (!workspace_load_sound(workspace, err))
        return err_note(err, "the migrations that backup %s needs for its tables",
                        backup_name(backup));
    options->source = &workspace->source;
    return true;
}

static bool fill_options(Workspace *workspace, const Backup *backup, RestoreOptions *ret_options,
                         Err *err)
{
    Context *context = workspace->context;
    const char *where;
    RestoreOptions options = {
        .backup = backup,
        .schema = option_text(&context->options, OPTION_SCHEMA),
        .command = context->command,
        .into = option_text(&context->options, OPTION_INTO),
        .is_read_only = option_is_set(&context->options, OPTION_DRY_RUN),
        .takes_others = option_is_set(&context->options, OPTION_FORCE),
        .place = workspace_client_place(context),
        .jobs = (int)option_number(&context->options, OPTION_BACKUP_JOBS),
        .run_id = workspace->run_id,
        .sink = &workspace->sink,
        .wait = server_wait(context),
    };
    if (!settings_database(context, &options.url, &where, err))
        return false;
    if (backup && !load_source(workspace, backup, &options, err))
        return false;
    *ret_options = options;
    return true;
}

// What fails once something was begun is a failed restore; Ctrl-C stays what it is.
static void as_failed(Err *err)
{
    if (err->class != ERR_INTERRUPTED)
        err->class = ERR_ROLLBACK;
}

static const char *next_of(Arena *arena, const Restore *restore, bool ok, bool is_refused)
{
    const char *id = backup_name(restore->options.backup);
    if (!ok && is_refused)
        return arena_printf(arena,
                            "migrate-safe backup restore %s asks again; --into NAME restores it "
                            "beside, without a swap",
                            id);
    if (restore->is_unknown)
        return arena_printf(arena, "migrate-safe status, then migrate-safe backup restore %s", id);
    if (ok && restore->options.into)
        return arena_printf(arena, "look at it: psql -d %s", restore->copy);
    if (ok && restore->fact.oid)
        return "migrate-safe status; once nothing of the old one is needed: migrate-safe backup "
               "prune";
    if (ok)
        return "migrate-safe status";
    if (restore->is_ready && !restore->is_swapped && !restore->options.into)
        return arena_printf(arena,
                            "migrate-safe backup restore %s swaps the copy that is ready; or "
                            "remove it: migrate-safe backup restore --undo",
                            id);
    return arena_printf(arena, "once that is settled: migrate-safe backup restore %s%s%s", id,
                        restore->options.into ? " --into " : "",
                        restore->options.into ? restore->options.into : "");
}

static void tell_end(const Workspace *workspace, const RestoreOutcome *outcome)
{
    event_emit(&workspace->sink, &(Event){.kind = EVENT_RUN_FINISHED,
                                          .done = !outcome->err,
                                          .total = 1,
                                          .duration_ms = outcome->duration_ms,
                                          .message = outcome->state});
}

static int end(Workspace *workspace, Restore *restore, int64_t start_us, const Err *err)
{
    Arena *arena = workspace->context->arena;
    bool ok = err->class == ERR_NONE;
    RestoreOutcome outcome = {
        .restore = restore,
        .backup = restore->options.backup,
        .is_dry_run = restore->options.is_read_only,
        .duration_ms = clock_elapsed_ms(start_us),
        .state = restore_state(arena, restore),
        .next = next_of(arena, restore, ok, err->class == ERR_CHECK),
        .err = ok ? NULL : err,
    };
    if (!outcome.is_dry_run)
        tell_end(workspace, &outcome);
    restore_close(arena, restore);
    return restore_print_outcome(workspace, &outcome);
}

// What was agreed to is what was shown: the loss, and who is thrown out.
static bool agree(Workspace *workspace, Restore *restore, Err *err)
{
    Context *context = workspace->context;
    restore_print_loss(workspace, restore);
    const char *what = arena_printf(
        context->arena, "%s is replaced by the backup: %s; what is connected to it is ended",
        restore->live, restore_loss_words(context->arena, restore));
    if (!restore->fact.oid || consent_ask(context, what, err))
        return true;
    restore_discard(context->arena, restore);
    return false;
}

static bool swap(Workspace *workspace, Restore *restore, Err *err)
{
    Arena *arena = workspace->context->arena;
    Err late = {0};
    if (!restore_swap(arena, restore, err)) {
        as_failed(err);
        return false;
    }
    if (!restore_count_late(arena, restore, &late)) {
        err_note(&late, "what was written after the comparison was not counted");
        message_warning(&workspace->context->err, &late);
    }
    return true;
}

static int restore_whole(Workspace *workspace, const RestoreOptions *options)
{
    Context *context = workspace->context;
    int64_t start_us = clock_monotonic_us();
    Err err = {0};
    Restore restore;
    if (!restore_open(context->arena, options, &restore, &err))
        return command_fail(context, &err);
    restore_print_head(workspace, options->backup, options->into ? options->into : restore.live);
    if (options->is_read_only) {
        restore_print_plan(workspace, &restore);
        return end(workspace, &restore, start_us, &err);
    }
    if (!options->into && restore.fact.oid && !consent_can_ask(context, &err)) {
        restore_close(context->arena, &restore);
        return command_fail(context, &err);
    }
    event_emit(&workspace->sink, &(Event){.kind = EVENT_RUN_STARTED, .total = 1});
    if (!restore_copy(context->arena, &restore, &err))
        as_failed(&err);
    else if (!options->into && agree(workspace, &restore, &err))
        (void)!swap(workspace, &restore, &err);
    return end(workspace, &restore, start_us, &err);
}

static int restore_only(Workspace *workspace, const RestoreOptions *options)
{
    Context *context = workspace->context;
    Arena *arena = context->arena;
    Err err = {0};
    int64_t start_us = clock_monotonic_us();
    RestoredTables tables = {0};
    if (options->is_read_only) {
        fprintf(workspace->console.out.stream,
                "Nothing is written (--dry-run). The tables would come into a new schema, "
                "migrate_safe_restore_TIME; live ones stay as they are.\n");
        RestoreOutcome dry = {.backup = options->backup,
                              .is_dry_run = true,
                              .state = "as it was",
                              .next = "the same without --dry-run"};
        return restore_print_outcome(workspace, &dry);
    }
    restore_print_head(workspace, options->backup, "single tables");
    bool ok =
        restore_tables(arena, options, &context->options.values[OPTION_ONLY].list, &tables, &err);
    RestoreOutcome outcome = {
        .tables = ok ? &tables : NULL,
        .backup = options->backup,
        .duration_ms = clock_elapsed_ms(start_us),
        .state = ok ? arena_printf(arena,
                                   "they are in schema %s of %s, and the live tables are as "
                                   "they were",
                                   tables.schema, tables.database)
                    : "the database is as it was",
        .next = ok ? arena_printf(arena,
                                  "take what you need from there with SQL, then DROP SCHEMA %s "
                                  "CASCADE",
                                  tables.schema)
                   : "once that is settled, the same command again",
        .err = ok ? NULL : &err,
    };
    tell_end(workspace, &outcome);
    return restore_print_outcome(workspace, &outcome);
}

static int undo(Workspace *workspace, const RestoreOptions *options)
{
    Context *context = workspace->context;
    Err err = {0};
    Restore restore;
    Words removed = {0};
    if (!restore_open(context->arena, options, &restore, &err))
        return command_fail(context, &err);
    if (!options->is_read_only && !restore_undo(context->arena, &restore, &removed, &err)) {
        restore_close(context->arena, &restore);
        return command_fail(context, &err);
    }
    if (options->is_read_only)
        VEC_EACH (const ServerDatabase, left, &restore.leftovers)
            *vec_append(context->arena, &removed) = left->name;
    VEC_EACH (const char *const, name, &removed)
        fprintf(workspace->console.out.stream, "%s %s\n",
                options->is_read_only ? "Would remove" : "Removed",
                terminal_line(context->arena, *name));
    if (!removed.len)
        fprintf(workspace->console.out.stream,
                "Nothing to remove: no interrupted restore of %s left anything\n",
                terminal_line(context->arena, restore.live));
    restore_close(context->arena, &restore);
    if (!context->is_json)
        return 0;
    JSON_SCOPED document = json_object();
    json_put(document, "schema", json_cstr("migrate-safe/backup-restore/1"));
    json_put(document, "database", json_cstr(restore.live));
    json_put(document, "dry_run", json_boolean(options->is_read_only));
    json_put(document, "removed", json_words(removed.items, removed.len));
    json_put(document, "exit_code", json_integer(0));
    return json_write(stdout, document) ? 0 : err_exit_code(ERR_IO);
}

// One folder may have the backups of several databases: the latest is the latest of this one.
static bool find_backup(Context *context, Backup *ret_backup, Err *err)
{
    const char *url;
    const char *where;
    const char *database;
    const char *user;
    const char *folder = backup_folder(context);
    const char *name = context->arguments.items[0];
    if (strcmp(name, "latest") != 0)
        return shelf_find(context->arena, folder, name, ret_backup, err);
    if (!settings_database(context, &url, &where, err))
        return false;
    conninfo_names(context->arena, url, &database, &user);
    return database ? shelf_find_latest_of(context->arena, folder, database, ret_backup, err)
                    : shelf_find(context->arena, folder, name, ret_backup, err);
}

static int restore_run(Context *context)
{
    Err err = {0};
    Backup backup;
    RestoreOptions options;
    WORKSPACE_SCOPED workspace;
    workspace_init(&workspace, context);
    bool is_undo = option_is_set(&context->options, OPTION_UNDO);
    if (!check_arguments(context, &err) || (!is_undo && !find_backup(context, &backup, &err)) ||
        !fill_options(&workspace, is_undo ? NULL : &backup, &options, &err))
        return command_fail(context, &err);
    if (is_undo)
        return undo(&workspace, &options);
    return context->options.values[OPTION_ONLY].list.len ? restore_only(&workspace, &options)
                                                         : restore_whole(&workspace, &options);
}

static const Example EXAMPLES[] = {
    {"backup restore latest --dry-run", "what would be done, without doing it"},
    {"backup restore latest", "counts the rows that go, asks, then swaps"},
    {"backup restore latest --yes", "the same where nobody can be asked"},
    {"backup restore latest --into shop_old", "into a database of its own; nothing is swapped"},
    {"backup restore latest --table public.orders", "one table, into a schema beside the live one"},
    {"backup restore --undo", "removes what an interrupted restore left"},
    {NULL, NULL},
};

static const OptionId TAKES[] = {
    OPTION_DRY_RUN,        OPTION_YES,           OPTION_FORCE,       OPTION_INTO,
    OPTION_ONLY,           OPTION_UNDO,          OPTION_BACKUP_JOBS, OPTION_TOOLS,
    OPTION_TOOLS_DATABASE, OPTION_BACKUP_FOLDER, OPTION_COUNT,
};

const Command COMMAND_BACKUP_RESTORE = {
    .name = "backup restore",
    .arguments = "PATH|ID|latest",
    .arguments_most = 1,
    .writes = true,
    .summary = "bring a backup back: beside the live database, proven, then swapped in",
    .description =
        "Restores into a new database beside the live one and compares it there with the "
        "manifest. Then says\n"
        "which rows of the live database go, come back or change, asks, and swaps both names in "
        "one\n"
        "transaction: new connections wait for that moment, idle sessions are ended, those in a "
        "transaction\n"
        "after 2 s. Settings, privileges, owner, comment and newer journal rows are carried over. "
        "What was\n"
        "replaced is kept as NAME_replaced_TIME until `backup prune`. What fails or is interrupted "
        "leaves the\n"
        "live database as it was; the same command then goes on with what is there. `latest` is "
        "the "
        "newest\n"
        "of this database; another's backup takes the place of tables only with --force.",
    .examples = EXAMPLES,
    .options = TAKES,
    .run = restore_run,
};
