// new: the files of the next migration, in the folder's own layout.
#include "cli/new_row.h"
#include "cli/workspace.h"
#include "io/account.h"
#include "io/clock.h"
#include "io/file.h"
#include "report/message.h"

#include <ctype.h>
#include <string.h>

enum {
    NAME_MOST = 100
};

// "Add user_preferences!" to "add_user_preferences".
static bool clean_name(Arena *arena, const char *text, const char **ret_name, Err *err)
{
    char *name = arena_strdup(arena, text);
    size_t used = 0;
    for (const char *p = text; *p; p++) {
        unsigned char c = (unsigned char)*p;
        bool is_kept = isalnum(c) && c < 0x80;
        if (is_kept)
            name[used++] = (char)tolower(c);
        else if (used && name[used - 1] != '_')
            name[used++] = '_';
    }
    while (used && name[used - 1] == '_')
        used--;
    name[used] = '\0';
    if (!used || used > NAME_MOST) {
        fail(err, ERR_CONFIG, "\"%s\" gives no name for a file", text);
        return err_hint(
            err,
            "use letters (a to z) and digits, at most %d: migrate-safe new add_user_preferences",
            NAME_MOST);
    }
    *ret_name = name;
    return true;
}

static bool write_files(Context *context, const SourceFolder *folder, const NewFiles *files,
                        Err *err)
{
    VEC_EACH (const NewFile, file, files) {
        const char *path = arena_printf(context->arena, "%s/%s", folder->path, file->name);
        const char *slash = strrchr(path, '/');
        const char *parent = arena_dup(context->arena, (Str){path, (size_t)(slash - path)});
        Str text = str_from(file->text);
        if (!file_make_directories(parent, 0755, err) ||
            !(file->is_changed ? file_write(path, text, 0644, err)
                               : file_write_new(path, text, 0644, err)))
            return false;
    }
    return true;
}

static int tell(Context *context, const SourceFolder *folder, const char *version,
                const NewFiles *files)
{
    if (!context->is_json) {
        VEC_EACH (const NewFile, file, files)
            fprintf(context->out.stream, "%s/%s\n", folder->path, file->name);
        // For people only: scripts take the names from stdout.
        if (context->err.is_terminal && !option_is_set(&context->options, OPTION_DRY_RUN))
            fputs("next: write the change and the way back into them, then migrate-safe plan\n",
                  context->err.stream);
        return 0;
    }
    JSON_SCOPED document = json_object();
    json_t *list = json_array();
    json_put(document, "schema", json_cstr("migrate-safe/new/1"));
    json_put(document, "version", json_cstr(version));
    VEC_EACH (const NewFile, file, files)
        json_array_append_new(
            list, json_cstr(arena_printf(context->arena, "%s/%s", folder->path, file->name)));
    json_put(document, "files", list);
    return json_write(stdout, document) ? 0 : err_exit_code(ERR_IO);
}

// A folder that is named and not there yet is begun.
static bool begin_folder(Context *context, Err *err)
{
    const OptionValue *dir = &context->options.values[OPTION_DIR];
    return !dir->list.len || option_is_set(&context->options, OPTION_DRY_RUN) ||
           file_exists(dir->list.items[0]) || file_make_directories(dir->list.items[0], 0755, err);
}

static bool plan_files(Context *context, const SourceFolder *folder, const char *name,
                       const char *version, NewFiles *ret_files, Err *err)
{
    const Layout *layout = folder->layout;
    char now[CLOCK_TEXT];
    if (!layout->plan_new) {
        layout->new_files(context->arena, &folder->entries, version, name, ret_files);
        return true;
    }
    clock_now_compact(now);
    NewRequest request = {
        .listing = folder->listing,
        .title = context->arguments.items[0],
        .name = name,
        .timestamp = now,
        .planner = account_address(context->arena),
    };
    return layout->plan_new(context->arena, &request, ret_files, err);
}

static int new_run(Context *context)
{
    Err err = {0};
    const char *name = NULL;
    char now[CLOCK_TEXT];
    NewFiles files = {0};
    WORKSPACE_SCOPED workspace;
    workspace_init(&workspace, context);
    if (!clean_name(context->arena, context->arguments.items[0], &name, &err) ||
        !begin_folder(context, &err) || !workspace_load(&workspace, &err))
        return command_fail(context, &err);
    clock_now_compact(now);
    if (workspace.source.table)
        return new_row(&workspace, context->arguments.items[0], now);
    const SourceFolder *folder = &workspace.source.folders.items[0];
    const char *version =
        layout_next_version(context->arena, folder->layout, &folder->entries, now);
    if (!plan_files(context, folder, name, version, &files, &err))
        return command_fail(context, &err);
    if (option_is_set(&context->options, OPTION_DRY_RUN))
        return tell(context, folder, version, &files);
    if (!write_files(context, folder, &files, &err))
        return command_fail(context, &err);
    return tell(context, folder, version, &files);
}

static const Example EXAMPLES[] = {
    {"new add_user_preferences", "the next version, up and down"},
    {"new \"Add invoices\" --dir db/migrations", "begins the folder when it is not there"},
    {"new add_index --layout plain --dir sql", "one file, its down in rollbacks/"},
    {NULL, NULL},
};

static const OptionId TAKES[] = {OPTION_DRY_RUN, OPTION_COUNT};

const Command COMMAND_NEW = {
    .name = "new",
    .arguments = "NAME",
    .arguments_least = 1,
    .arguments_most = 1,
    .summary = "make the files of the next migration",
    .description =
        "Continues the folder's own way of counting (027, 1.10, 20231223_001, time "
        "stamps) in its own\n"
        "layout, and prints the files made. Nothing is ever overwritten. Where the migrations\n"
        "are the rows of a table, prints the INSERT for psql.",
    .examples = EXAMPLES,
    .options = TAKES,
    .run = new_run,
};
