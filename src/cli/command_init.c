// init: a configuration file, a folder of migrations, and a job for CI; nothing is overwritten.
#include "base/nearest.h"
#include "base/utf8.h"
#include "cli/init_text.h"
#include "cli/settings.h"
#include "cli/workspace.h"
#include "io/file.h"
#include "report/message.h"
#include "run/source.h"

#include <string.h>

typedef enum Action {
    ACTION_MAKE, // a folder
    ACTION_FIND, // a folder that is there
    ACTION_WRITE,
    ACTION_KEEP, // a file that is there: its owner adds our text
} Action;

static const struct {
    const char *done;
    const char *planned;
    const char *json;
} ACTIONS[] = {
    [ACTION_MAKE] = {"made", "would make", "made"},
    [ACTION_FIND] = {"found", "would use", "found"},
    [ACTION_WRITE] = {"wrote", "would write", "written"},
    [ACTION_KEEP] = {"left", "would leave", "kept"},
};

typedef struct Item {
    Action action;
    const char *path;
    const char *text; // NULL of a folder
} Item;

typedef struct Init {
    Context *context;
    VEC(Item) items; // the configuration file last: what fails before it can be done again
    const char *settings;
} Init;

static void add(Init *init, Action action, const char *path, const char *text)
{
    *vec_append(init->context->arena, &init->items) = (Item){action, path, text};
}

static bool name_settings(Init *init, Err *err)
{
    const char *named = settings_file(init->context);
    init->settings = named ? named : SETTINGS_FILE;
    if (strchr(init->settings, '/')) {
        fail(err, ERR_CONFIG, "init begins where you stand, and %s is in another folder",
             init->settings);
        return err_hint(err, "cd there, then migrate-safe init");
    }
    if (!file_exists(init->settings))
        return true;
    fail(err, ERR_CONFIG, "%s is there already; nothing was written", init->settings);
    return err_hint(err, "see what it says: migrate-safe config; or begin anew: mv %s %s.old",
                    init->settings, init->settings);
}

static bool check_folder(const char *path, Err *err)
{
    Utf8Check check = {0};
    if (utf8_check(&check, str_from(path)) < 0 && utf8_is_complete(&check))
        return true;
    fail(err, ERR_CONFIG, "--dir is not valid UTF-8, and %s could not name it", SETTINGS_FILE);
    return err_hint(err, "give the folder another name");
}

static bool find_folders(Init *init, const char **ret_folder, Err *err)
{
    const OptionValue *dir = &init->context->options.values[OPTION_DIR];
    const char *found = NULL;
    for (size_t i = 0; i < dir->list.len; i++) {
        found = dir->list.items[i];
        if (!check_folder(found, err))
            return false;
        add(init, file_exists(found) ? ACTION_FIND : ACTION_MAKE, found, NULL);
    }
    const char *usual;
    for (size_t i = 0; !dir->list.len && (usual = source_usual_folder(i)); i++) {
        if (!file_is_directory(usual))
            continue;
        if (found) {
            fail(err, ERR_CONFIG, "there are several folders of migrations: %s and %s", found,
                 usual);
            return err_hint(err, "name the one you mean: migrate-safe init --dir %s", found);
        }
        found = usual;
        add(init, ACTION_FIND, found, NULL);
    }
    if (!found) {
        found = source_usual_folder(0);
        add(init, ACTION_MAKE, found, NULL);
    }
    *ret_folder = found;
    return true;
}

static bool add_ci(Init *init, Err *err)
{
    const char *name = option_text(&init->context->options, OPTION_CI);
    Nearest nearest = nearest_to(str_from(name));
    if (!name)
        return true;
    for (const CiService *service = CI_SERVICES; service->name; service++) {
        nearest_offer(&nearest, service->name);
        if (strcmp(service->name, name) != 0)
            continue;
        add(init, file_exists(service->path) ? ACTION_KEEP : ACTION_WRITE, service->path,
            service->text);
        return true;
    }
    fail(err, ERR_CONFIG, "--ci knows no \"%s\"", name);
    return nearest.found ? err_hint(err, "did you mean: --ci %s", nearest.found)
                         : err_hint(err, "--ci github or --ci gitlab");
}

static bool prepare(Init *init, Err *err)
{
    Context *context = init->context;
    const char *folder = NULL;
    if (!name_settings(init, err) || !find_folders(init, &folder, err) || !add_ci(init, err))
        return false;
    TEXT_SCOPED text;
    text_init(&text, 64 * 1024);
    init_settings_text(context->arena, &context->options, folder, &text);
    add(init, ACTION_WRITE, init->settings, arena_dup(context->arena, text_str(&text)));
    return true;
}

static bool perform(const Init *init, Err *err)
{
    Arena *arena = init->context->arena;
    VEC_EACH (const Item, item, &init->items) {
        const char *slash = item->text ? strrchr(item->path, '/') : NULL;
        if (item->action == ACTION_MAKE && !file_make_directories(item->path, 0755, err))
            return false;
        if (item->action != ACTION_WRITE)
            continue;
        if (slash &&
            !file_make_directories(
                arena_dup(arena, (Str){item->path, (size_t)(slash - item->path)}), 0755, err))
            return false;
        if (!file_write_new(item->path, str_from(item->text), 0644, err))
            return false;
    }
    return true;
}

static void tell(const Init *init, bool is_dry)
{
    const Context *context = init->context;
    FILE *out = context->out.stream;
    VEC_EACH (const Item, item, &init->items) {
        fprintf(out, "%-*s  %s%s", is_dry ? 11 : 5,
                is_dry ? ACTIONS[item->action].planned : ACTIONS[item->action].done,
                terminal_line(context->arena, item->path), item->text ? "" : "/");
        if (item->action == ACTION_KEEP)
            fprintf(out, " as it is; add this to it:\n\n%s\n", item->text);
        else if (is_dry && item->text)
            fprintf(out, ":\n\n%s\n", item->text);
        else
            fputc('\n', out);
    }
    if (!is_dry)
        fprintf(
            context->err.stream,
            "next: put DATABASE_URL=postgresql://USER:PASSWORD@HOST:PORT/DATABASE into .env, and "
            ".env into\n"
            "      .gitignore (no password into %s); then: migrate-safe doctor\n",
            init->settings);
}

static int tell_json(const Init *init, bool is_dry)
{
    JSON_SCOPED document = json_object();
    json_t *list = json_array();
    json_put(document, "schema", json_cstr("migrate-safe/init/1"));
    json_put(document, "is_dry_run", json_boolean(is_dry));
    VEC_EACH (const Item, item, &init->items) {
        json_t *object = json_object();
        json_put(object, "path", json_cstr(item->path));
        json_put(object, "action", json_cstr(ACTIONS[item->action].json));
        json_put(object, "text", json_cstr(item->text));
        json_array_append_new(list, object);
    }
    json_put(document, "files", list);
    return json_write(stdout, document) ? 0 : err_exit_code(ERR_IO);
}

static int init_run(Context *context)
{
    Err err = {0};
    Init init = {.context = context};
    bool is_dry = option_is_set(&context->options, OPTION_DRY_RUN);
    if (!prepare(&init, &err) || (!is_dry && !perform(&init, &err)))
        return command_fail(context, &err);
    if (context->is_json)
        return tell_json(&init, is_dry);
    tell(&init, is_dry);
    return 0;
}

static const Example EXAMPLES[] = {
    {"init", "migrate-safe.yaml, and migrations/ where there is no such folder"},
    {"init --dir db/changes --ci github", "another folder, and a workflow for pull requests"},
    {"init --ci gitlab --dry-run", "shows what would be written"},
    {NULL, NULL},
};

static const OptionId TAKES[] = {OPTION_CI, OPTION_DRY_RUN, OPTION_COUNT};

const Command COMMAND_INIT = {
    .name = "init",
    .needs_nothing = true,
    .summary = "write a commented migrate-safe.yaml, make the folder, a CI job if asked",
    .description =
        "The file has every setting, as a comment with its default. A folder of migrations in one "
        "of\n"
        "the usual places is found and left alone. Needs no database, asks nothing, overwrites "
        "nothing:\n"
        "with a configuration file already there it does nothing at all; a CI file that is there "
        "stays,\n"
        "and what to add to it is printed.",
    .examples = EXAMPLES,
    .options = TAKES,
    .run = init_run,
};
