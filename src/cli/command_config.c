// config: every setting with its value and who says so.
#include "base/nearest.h"
#include "cli/hook_settings.h"
#include "cli/settings.h"
#include "cli/settings_dotenv.h"
#include "cli/workspace.h"
#include "io/file.h"
#include "io/json.h"
#include "pg/database_url.h"
#include "report/table.h"
#include "run/source.h"

#include <string.h>

static const char *const ORIGIN_WORDS[] = {
    [ORIGIN_BUILT_IN] = "built_in",
    [ORIGIN_DEFAULTS] = "defaults",
    [ORIGIN_ENVIRONMENT_BLOCK] = "environment",
    [ORIGIN_DOTENV] = "dotenv",
    [ORIGIN_VARIABLE] = "variable",
    [ORIGIN_FLAG] = "flag",
};

typedef struct Row {
    const char *name;
    const char *value; // NULL: none
    const char *shown; // instead of no value
    const char *where;
    Origin origin;
    const OptionValue *given; // NULL when built in
    size_t count;             // of a list that was given, else 0
} Row;

typedef VEC(Row) ConfigRows;

// Neither of the file nor of a command: which file, which environment.
static bool is_shown(OptionId id)
{
    return OPTIONS[id].is_setting || id == OPTION_ENV || id == OPTION_CONFIG;
}

// "the server's" of "(default: the server's)".
static const char *unset_word(Arena *arena, const OptionSpec *spec)
{
    static const Str LEAD = STR("(default: ");
    Str help = str_from(spec->help);
    ptrdiff_t at = str_find(help, LEAD);
    if (at < 0 || spec->built_in)
        return "(none)";
    Str word = str_until(str_skip(help, (size_t)at + LEAD.n), ')');
    return arena_printf(arena, "(" STR_FMT ")", STR_ARG(word));
}

static void take_url(Arena *arena, Row *row)
{
    if (!row->value)
        return;
    row->value = database_url_shown(arena, row->value);
    row->shown = "(cannot be read: migrate-safe doctor)";
}

static void take_libpq(const Context *context, Row *row)
{
    const char *where;
    if (row->given)
        return;
    settings_libpq(context, &row->value, &where);
    if (!where)
        return;
    row->where = where;
    row->origin = ORIGIN_VARIABLE;
}

static void take_folder(Arena *arena, Row *row)
{
    const char *folder;
    if (row->value)
        return;
    for (size_t i = 0; (folder = source_usual_folder(i)); i++) {
        if (!file_is_directory(folder))
            continue;
        row->shown = row->value ? arena_printf(arena, "(several: %s, %s)", row->value, folder) : "";
        row->value = folder;
    }
    if (row->value && *row->shown) // a choice that nobody has made
        row->value = NULL;
}

static void take_file(const Context *context, Row *row)
{
    Variable named = settings_variable(context, "MIGRATE_SAFE_CONFIG");
    row->value = settings_file(context);
    if (!named.value)
        return;
    row->where = named.where;
    row->origin = named.is_of_file ? ORIGIN_DOTENV : ORIGIN_VARIABLE;
}

static const char *joined(Arena *arena, const OptionValue *value)
{
    const char *text = value->list.items[0];
    for (size_t i = 1; i < value->list.len; i++)
        text = arena_printf(arena, "%s, %s", text, value->list.items[i]);
    return text;
}

static Row row_of(const Context *context, OptionId id)
{
    const OptionSpec *spec = &OPTIONS[id];
    const OptionValue *given = &context->options.values[id];
    Row row = {.name = spec->name,
               .value = spec->built_in,
               .shown = unset_word(context->arena, spec),
               .where = "default"};
    if (given->where) {
        row.given = given;
        row.count = spec->kind == KIND_LIST ? given->list.len : 0;
        row.value = spec->kind == KIND_LIST ? joined(context->arena, given) : given->text;
        row.where = given->where;
        row.origin = given->origin;
    }
    if (option_is_url(id))
        take_url(context->arena, &row);
    if (id == OPTION_DATABASE)
        take_libpq(context, &row);
    if (id == OPTION_DIR)
        take_folder(context->arena, &row);
    if (id == OPTION_CONFIG && !row.value)
        take_file(context, &row);
    return row;
}

static Row hook_row(const HookSettingRow *row)
{
    return (Row){
        .name = row->name, .value = row->value, .where = row->where, .origin = row->origin};
}

static bool find_hook(const Context *context, const char *name, Row *ret_row, Nearest *nearest)
{
    HookSettingRows rows = {0};
    hook_settings_rows(context, &rows);
    VEC_EACH (const HookSettingRow, row, &rows) {
        nearest_offer(nearest, row->name);
        if (strcmp(row->name, name) != 0)
            continue;
        *ret_row = hook_row(row);
        return true;
    }
    return false;
}

static bool find_one(const Context *context, const char *name, Row *ret_row, Err *err)
{
    Nearest nearest = nearest_to(str_from(name));
    if (find_hook(context, name, ret_row, &nearest))
        return true;
    for (int id = 0; id < OPTION_COUNT; id++) {
        if (!is_shown((OptionId)id))
            continue;
        nearest_offer(&nearest, OPTIONS[id].name);
        if (strcmp(OPTIONS[id].name, name) != 0)
            continue;
        *ret_row = row_of(context, (OptionId)id);
        return true;
    }
    fail(err, ERR_CONFIG, "there is no setting \"%s\"", name);
    return nearest.found ? err_hint(err, "did you mean: migrate-safe config %s", nearest.found)
                         : err_hint(err, "see the settings: migrate-safe config");
}

static json_t *row_json(const Row *row)
{
    json_t *object = json_object();
    json_put(object, "name", json_cstr(row->name));
    json_put(object, "value", json_cstr(row->value));
    if (row->count)
        json_put(object, "values", json_words(row->given->list.items, row->count));
    json_put(object, "origin", json_cstr(ORIGIN_WORDS[row->origin]));
    json_put(object, "from", json_cstr(row->where));
    return object;
}

static int print_json(const Row *rows, size_t count)
{
    JSON_SCOPED document = json_object();
    json_t *list = json_array();
    json_put(document, "schema", json_cstr("migrate-safe/config/1"));
    for (size_t i = 0; i < count; i++)
        json_array_append_new(list, row_json(&rows[i]));
    json_put(document, "settings", list);
    return json_write(stdout, document) ? 0 : err_exit_code(ERR_IO);
}

static void print_table(Context *context, const Row *rows, size_t count)
{
    static const char *const HEADING[] = {"setting", "value", "from"};
    Table table = table_new(context->arena, 3);
    table_heading(&table, HEADING);
    for (size_t i = 0; i < count; i++) {
        bool is_ours = rows[i].origin == ORIGIN_BUILT_IN;
        table_cell(&table, rows[i].name, COLOUR_NONE);
        table_cell(&table, rows[i].value ? rows[i].value : rows[i].shown,
                   is_ours ? COLOUR_DIM : COLOUR_NONE);
        table_cell(&table, rows[i].where, is_ours ? COLOUR_DIM : COLOUR_NONE);
    }
    table_print(&table, &context->out, 0);
}

// Bare, for scripts: a list has a line for each, what is not set is an empty line.
static void print_one(const Context *context, const Row *row)
{
    const Terminal *out = &context->out;
    for (size_t i = 0; i < (row->count ? row->count : 1); i++) {
        const char *text = row->count ? row->given->list.items[i] : row->value ? row->value : "";
        fprintf(out->stream, "%s\n", out->is_terminal ? terminal_line(context->arena, text) : text);
    }
}

static void add_all(const Context *context, ConfigRows *rows)
{
    HookSettingRows hooks = {0};
    for (int id = 0; id < OPTION_COUNT; id++)
        if (is_shown((OptionId)id))
            *vec_append(context->arena, rows) = row_of(context, (OptionId)id);
    hook_settings_rows(context, &hooks);
    VEC_EACH (const HookSettingRow, row, &hooks)
        *vec_append(context->arena, rows) = hook_row(row);
}

static int config_run(Context *context)
{
    Err err = {0};
    ConfigRows rows = {0};
    Row one;
    bool has_name = context->arguments.len > 0;
    if (has_name && !find_one(context, context->arguments.items[0], &one, &err))
        return command_fail(context, &err);
    if (has_name)
        *vec_append(context->arena, &rows) = one;
    else
        add_all(context, &rows);
    if (context->is_json)
        return print_json(rows.items, rows.len);
    if (has_name)
        print_one(context, &one);
    else
        print_table(context, rows.items, rows.len);
    return 0;
}

static const Example EXAMPLES[] = {
    {"config", "every setting, its value, and where it comes from"},
    {"config --env production", "what is in force there"},
    {"config lock-timeout", "one value, bare, for scripts"},
    {"config --json", "for machines"},
    {NULL, NULL},
};

static const OptionId TAKES[] = {OPTION_COUNT};

const Command COMMAND_CONFIG = {
    .name = "config",
    .arguments = "[NAME]",
    .arguments_most = 1,
    .summary = "every setting with its value and where it comes from",
    .description =
        "From: a flag, a variable, .env:LINE, migrate-safe.yaml:LINE:COLUMN, or default. The "
        "database's\n"
        "URL is shown without its password. Connects to nothing.",
    .examples = EXAMPLES,
    .options = TAKES,
    .run = config_run,
};
