#include "cli/settings.h"

#include "io/file.h"
#include "io/yaml.h"

#include <stdlib.h>
#include <string.h>

static const char CONFIG_FILE[] = "migrate-safe.yaml";
enum {
    CONFIG_BYTES_MAX = 1024 * 1024
};

// In the order of their strength.
static const char *const DATABASE_VARIABLES[] = {"DATABASE_URL", "SUPABASE_DB_URL"};
static const char *const LIBPQ_VARIABLES[] = {
    "PGHOST", "PGHOSTADDR", "PGPORT", "PGDATABASE", "PGSERVICE", "PGUSER", "PGSERVICEFILE"};

typedef struct Loading {
    Context *context;
    const char *file;
    const char *folder; // of the file; "" when it is here
    Err *err;
} Loading;

static const char *variable(const char *name)
{
    const char *value = getenv(name);
    return value && *value ? value : NULL;
}

static bool wrong(const Loading *loading, const YamlNode *node, const char *message,
                  const char *hint)
{
    fail(loading->err, ERR_CONFIG, "%s", message);
    if (hint)
        err_hint(loading->err, "%s", hint);
    return err_at(loading->err, loading->file, node->position);
}

// Relative paths in the configuration start at its folder.
static const char *from_folder(const Loading *loading, OptionId id, const char *text)
{
    bool is_path = id == OPTION_DIR || id == OPTION_LOGS;
    if (!is_path || text[0] == '/' || !*loading->folder)
        return text;
    return arena_printf(loading->context->arena, "%s/%s", loading->folder, text);
}

static bool set_scalar(const Loading *loading, OptionId id, Origin origin, const YamlNode *node)
{
    if (node->kind != YAML_SCALAR)
        return wrong(loading, node, "this setting takes one value", NULL);
    const char *where = arena_printf(loading->context->arena, "%s:%d:%d", loading->file,
                                     node->position.line, node->position.column);
    return option_set(loading->context->arena, &loading->context->options, id, origin, where,
                      from_folder(loading, id, node->text), loading->err);
}

static bool set_node(const Loading *loading, Origin origin, const YamlNode *node)
{
    OptionId id = option_find_name(str_from(node->key));
    if (id == OPTION_COUNT || !OPTIONS[id].is_setting)
        return wrong(loading, node,
                     arena_printf(loading->context->arena, "unknown setting \"%s\"", node->key),
                     "settings: database, dir, layout, schema, logs, skip-backup, lock-timeout, "
                     "lock-deadline, statement-timeout, wait-runner");
    if (node->kind != YAML_LIST)
        return set_scalar(loading, id, origin, node);
    if (OPTIONS[id].kind != KIND_LIST)
        return wrong(loading, node, "this setting takes one value, not a list", NULL);
    for (size_t i = 0; i < node->count; i++)
        if (!set_scalar(loading, id, origin, &node->children[i]))
            return false;
    return true;
}

static bool set_block(const Loading *loading, Origin origin, const YamlNode *block)
{
    if (block->kind == YAML_SCALAR && !*block->text)
        return true; // an empty block
    if (block->kind != YAML_MAP)
        return wrong(loading, block, "expected settings here, one \"name: value\" a line", NULL);
    for (size_t i = 0; i < block->count; i++)
        if (!set_node(loading, origin, &block->children[i]))
            return false;
    return true;
}

static bool apply_file(const Loading *loading, const YamlNode *root)
{
    const char *env = option_text(&loading->context->options, OPTION_ENV);
    if (root->kind != YAML_MAP)
        return wrong(loading, root, "expected the blocks defaults: and environments:", NULL);
    for (size_t i = 0; i < root->count; i++)
        if (strcmp(root->children[i].key, "defaults") != 0 &&
            strcmp(root->children[i].key, "environments") != 0)
            return wrong(loading, &root->children[i],
                         arena_printf(loading->context->arena, "unknown block \"%s\"",
                                      root->children[i].key),
                         "blocks: defaults, environments");
    const YamlNode *defaults = yaml_find(root, "defaults");
    const YamlNode *environments = yaml_find(root, "environments");
    if (defaults && !set_block(loading, ORIGIN_DEFAULTS, defaults))
        return false;
    if (!env)
        return true;
    const YamlNode *block = yaml_find(environments, env);
    if (!block) {
        fail(loading->err, ERR_CONFIG, "%s has no environment \"%s\"", loading->file, env);
        return err_hint(loading->err, "add it below environments: or correct --env");
    }
    return set_block(loading, ORIGIN_ENVIRONMENT_BLOCK, block);
}

static const char *folder_of(Arena *arena, const char *file)
{
    const char *slash = strrchr(file, '/');
    return slash ? arena_dup(arena, (Str){file, (size_t)(slash - file)}) : "";
}

static bool load_file(Context *context, Err *err)
{
    const char *named = option_text(&context->options, OPTION_CONFIG);
    const char *file = named ? named : variable("MIGRATE_SAFE_CONFIG");
    if (!file && !file_exists(CONFIG_FILE)) {
        if (!option_text(&context->options, OPTION_ENV))
            return true;
        fail(err, ERR_CONFIG, "--env needs a configuration file, and there is no %s here",
             CONFIG_FILE);
        return err_hint(err, "name it: --config FILE");
    }
    Loading loading = {.context = context, .file = file ? file : CONFIG_FILE, .err = err};
    loading.folder = folder_of(context->arena, loading.file);
    Str text;
    YamlNode root;
    return file_read(context->arena, loading.file, CONFIG_BYTES_MAX, &text, err) &&
           yaml_parse(context->arena, text, loading.file, &root, err) &&
           apply_file(&loading, &root);
}

static bool check_environment_database(const Context *context, const OptionValue *database,
                                       Err *err)
{
    if (!option_text(&context->options, OPTION_ENV) || database->origin != ORIGIN_ENVIRONMENT_BLOCK)
        return true;
    for (size_t i = 0; i < sizeof DATABASE_VARIABLES / sizeof DATABASE_VARIABLES[0]; i++) {
        const char *value = variable(DATABASE_VARIABLES[i]);
        if (!value || strcmp(value, database->text) == 0)
            continue;
        fail(err, ERR_CONFIG, "%s names another database than environment \"%s\" does",
             DATABASE_VARIABLES[i], option_text(&context->options, OPTION_ENV));
        return err_hint(err, "unset %s, or leave --env out", DATABASE_VARIABLES[i]);
    }
    return true;
}

bool settings_load(Context *context, Err *err)
{
    if (!load_file(context, err))
        return false;
    OptionValue *database = &context->options.values[OPTION_DATABASE];
    if (!check_environment_database(context, database, err))
        return false;
    if (database->where && database->origin == ORIGIN_ENVIRONMENT_BLOCK)
        return true;
    for (size_t i = 0; i < sizeof DATABASE_VARIABLES / sizeof DATABASE_VARIABLES[0]; i++)
        if (variable(DATABASE_VARIABLES[i]))
            return option_set(context->arena, &context->options, OPTION_DATABASE, ORIGIN_VARIABLE,
                              DATABASE_VARIABLES[i], variable(DATABASE_VARIABLES[i]), err);
    return true;
}

bool settings_database(const Context *context, const char **ret_url, const char **ret_where,
                       Err *err)
{
    const OptionValue *database = &context->options.values[OPTION_DATABASE];
    if (database->where && *database->text) {
        *ret_url = database->text;
        *ret_where = database->where;
        return true;
    }
    for (size_t i = 0; i < sizeof LIBPQ_VARIABLES / sizeof LIBPQ_VARIABLES[0]; i++)
        if (variable(LIBPQ_VARIABLES[i])) {
            *ret_url = NULL;
            *ret_where = LIBPQ_VARIABLES[i];
            return true;
        }
    fail(err, ERR_CONFIG, "no database is named");
    err_detail(err,
               "looked at --database, DATABASE_URL, SUPABASE_DB_URL, %s and libpq's PG* variables",
               CONFIG_FILE);
    return err_hint(err, "export DATABASE_URL=postgresql://USER:PASSWORD@HOST:PORT/DATABASE");
}
