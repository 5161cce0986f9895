// backup prune: what the policy lets go, shown first and then removed.
#include "base/size.h"
#include "cli/backup_settings.h"
#include "cli/consent.h"
#include "cli/settings.h"
#include "cli/workspace.h"
#include "io/clock.h"
#include "report/message.h"
#include "report/table.h"
#include "run/backup/prune.h"

#include <string.h>

static const char *const ITEM_WORDS[] = {
    [PRUNE_BACKUP] = "backup",     [PRUNE_HALF] = "half",     [PRUNE_MANIFEST] = "manifest",
    [PRUNE_DATABASE] = "database", [PRUNE_BROKEN] = "broken",
};

// A database that is not there, or that nobody named, is no reason to prune nothing.
static bool ask_database(Workspace *workspace, Err *err)
{
    Err refused = {0};
    const char *libpq;
    const char *where;
    settings_libpq(workspace->context, &libpq, &where);
    if (!where && !option_text(&workspace->context->options, OPTION_DATABASE))
        return true;
    if (workspace_open(workspace, &refused))
        return true;
    if (refused.class != ERR_CONNECTION) {
        *err = refused;
        return false;
    }
    message_warning(&workspace->context->err, &refused);
    return true;
}

static void show(const Context *context, const Terminal *out, const Prune *prune)
{
    static const char *const HEADING[] = {"", "what", "name", "age", "size", "why"};
    Arena *arena = context->arena;
    Table table = table_new(arena, 6);
    table_heading(&table, HEADING);
    VEC_EACH (const PruneItem, item, &prune->items) {
        table_cell(&table, item->is_kept ? "stays" : "goes",
                   item->is_kept ? COLOUR_GREEN : COLOUR_YELLOW);
        table_cell(&table, ITEM_WORDS[item->kind], COLOUR_NONE);
        table_cell(&table, item->name, COLOUR_BOLD);
        table_cell(&table, item->age_ms >= 0 ? retention_age(arena, item->age_ms) : "?",
                   COLOUR_NONE);
        table_number(&table, item->bytes >= 0 ? size_text(arena, item->bytes) : "?", COLOUR_NONE);
        table_cell(&table, item->why, COLOUR_DIM);
    }
    if (prune->items.len)
        table_print(&table, out, 0);
}

static json_t *item_json(const PruneItem *item)
{
    json_t *object = json_object();
    json_put(object, "kind", json_cstr(ITEM_WORDS[item->kind]));
    json_put(object, "name", json_cstr(item->name));
    json_put(object, "path", json_cstr(item->path));
    json_put(object, "age_ms", item->age_ms >= 0 ? json_integer(item->age_ms) : json_null());
    json_put(object, "size_bytes", item->bytes >= 0 ? json_integer(item->bytes) : json_null());
    json_put(object, "why", json_cstr(item->why));
    return object;
}

static int finish(Context *context, const Prune *prune, bool is_removed)
{
    if (!context->is_json)
        return 0;
    JSON_SCOPED document = json_object();
    json_t *gone = json_array();
    json_t *kept = json_array();
    json_put(document, "schema", json_cstr("migrate-safe/backup-prune/1"));
    json_put(document, "folder", json_cstr(prune->folder));
    json_put(document, "removed", json_boolean(is_removed));
    VEC_EACH (const PruneItem, item, &prune->items)
        json_array_append_new(item->is_kept ? kept : gone, item_json(item));
    json_put(document, "goes", gone);
    json_put(document, "stays", kept);
    return json_write(stdout, document) ? 0 : err_exit_code(ERR_IO);
}

// Their whole ids. A path may lead to another folder, where an id of this one means another backup.
static bool find_chosen(Context *context, PruneOptions *options, Err *err)
{
    VEC_EACH (const char *const, name, &context->arguments) {
        Backup backup;
        if (strchr(*name, '/')) {
            fail(err, ERR_CONFIG, "%s is a path: here a backup is named by its id", *name);
            return err_hint(err, "see the ids: migrate-safe backup list; another folder: "
                                 "--backup-folder DIR");
        }
        if (!shelf_find_in(context->arena, options->shelf, *name, &backup, err))
            return false;
        *vec_append(context->arena, &options->ids) = backup.manifest ? backup.manifest->id : *name;
    }
    return true;
}

static int prune_run(Context *context)
{
    Err err = {0};
    Prune prune;
    char now[CLOCK_TEXT];
    WORKSPACE_SCOPED workspace;
    workspace_init(&workspace, context);
    Shelf shelf;
    PruneOptions options = {.shelf = &shelf};
    clock_now_rfc3339(now);
    REQUIRE(retention_time_parse(now, &options.now_ms));
    if (!shelf_load(context->arena, backup_folder(context), &shelf, &err) ||
        !find_chosen(context, &options, &err) || !backup_policy(context, &options.policy, &err) ||
        !ask_database(&workspace, &err))
        return command_fail(context, &err);
    options.target = workspace.target.session ? &workspace.target : NULL;
    if (!prune_look(context->arena, &options, &prune, &err))
        return command_fail(context, &err);
    const Terminal *out = &workspace.console.out;
    show(context, out, &prune);
    const char *what = arena_printf(context->arena, "%s (%s) will be removed for good",
                                    message_count(context->arena, prune.going, "item", "items"),
                                    size_text(context->arena, prune.going_bytes));
    if (prune.going == 0)
        fprintf(out->stream, "Nothing to remove\n");
    if (prune.going == 0 || option_is_set(&context->options, OPTION_DRY_RUN))
        return finish(context, &prune, false);
    if (!consent_ask(context, what, &err) ||
        !prune_carry_out(context->arena, &options, &prune, &err))
        return command_fail(context, &err);
    fprintf(out->stream, "Removed %s (%s)\n",
            message_count(context->arena, prune.going, "item", "items"),
            size_text(context->arena, prune.going_bytes));
    return finish(context, &prune, true);
}

static const Example EXAMPLES[] = {
    {"backup prune --dry-run", "what would go and why, and what stays"},
    {"backup prune --yes", "without asking, as in a nightly job"},
    {"backup prune --backup-keep 7d --yes", "a shorter time than the configuration's"},
    {NULL, NULL},
};

static const OptionId TAKES[] = {
    OPTION_BACKUP_FOLDER,
    OPTION_BACKUP_KEEP,
    OPTION_BACKUP_KEEP_LEAST,
    OPTION_BACKUP_KEEP_MONTHLY,
    OPTION_BACKUP_KEEP_NAMED,
    OPTION_DRY_RUN,
    OPTION_YES,
    OPTION_COUNT,
};

const Command COMMAND_BACKUP_PRUNE = {
    .name = "backup prune",
    .arguments = "[BACKUP...]",
    .arguments_most = 1000,
    .writes = true,
    .summary = "remove backups, and databases that a restore replaced, by the policy of age",
    .description =
        "Backups older than --backup-keep go, but never the newest --backup-keep-least, the last "
        "of each of\n"
        "the --backup-keep-monthly newest months, the newest that was restored for proof, and one "
        "that an\n"
        "applied migration names as its way back (--backup-keep-named: for how long); where the\n"
        "database cannot be asked, all that up and down made stay. Half backups whose maker is "
        "gone "
        "go, and\n"
        "databases that a restore replaced longer ago than --backup-keep. With BACKUP only those "
        "named go.\n"
        "Shows all of it, then asks: --yes without a terminal.",
    .examples = EXAMPLES,
    .options = TAKES,
    .run = prune_run,
};
