#include "cli/settings.h"

#include "base/nearest.h"
#include "base/text.h"
#include "cli/approval_settings.h"
#include "cli/hook_settings.h"
#include "cli/lint_settings.h"
#include "cli/settings_dotenv.h"
#include "io/file.h"
#include "io/yaml.h"

#include <string.h>

enum {
    CONFIG_BYTES_MAX = 1024 * 1024
};

typedef struct Loading {
    Context *context;
    const char *file;
    const char *folder; // of the file; "" when it is here
    Err *err;
} Loading;

static bool wrong(const Loading *loading, const YamlNode *node, const char *message,
                  const char *hint)
{
    fail(loading->err, ERR_CONFIG, "%s", message);
    if (hint)
        err_hint(loading->err, "%s", hint);
    return err_at(loading->err, loading->file, node->position);
}

void settings_program_from_folder(Arena *arena, const char *folder, Words *words)
{
    if (*folder && words->len && words->items[0][0] != '/' && strchr(words->items[0], '/'))
        words->items[0] = arena_printf(arena, "%s/%s", folder, words->items[0]);
}

static const char *program_from_folder(const Loading *loading, const char *text)
{
    Arena *arena = loading->context->arena;
    Words words;
    size_t open;
    if (!words_split(arena, str_from(text), &words, &open) || !words.len)
        return text;
    const char *program = words.items[0];
    settings_program_from_folder(arena, loading->folder, &words);
    return words.items[0] == program ? text : words_join(arena, &words);
}

// Relative paths in the configuration start at its folder.
static const char *from_folder(const Loading *loading, OptionId id, const char *text)
{
    bool is_path = id == OPTION_DIR || id == OPTION_LOGS || id == OPTION_SCHEMA_FILE ||
                   id == OPTION_BACKUP_FOLDER || id == OPTION_BACKUP_CHECKS ||
                   id == OPTION_CHECKS || id == OPTION_DEPENDENTS || id == OPTION_ALLOWED_SIGNERS;
    if (id == OPTION_TOOLS || id == OPTION_AFTER_BACKUP)
        return program_from_folder(loading, text);
    if (!is_path || text[0] == '/' || !*loading->folder)
        return text;
    return arena_printf(loading->context->arena, "%s/%s", loading->folder, text);
}

static bool set_text(const Loading *loading, OptionId id, Origin origin, const YamlNode *node,
                     const char *text)
{
    const char *where = arena_printf(loading->context->arena, "%s:%d:%d", loading->file,
                                     node->position.line, node->position.column);
    return option_set(loading->context->arena, &loading->context->options, id, origin, where,
                      from_folder(loading, id, text), loading->err) ||
           err_at(loading->err, loading->file, node->position);
}

static bool set_scalar(const Loading *loading, OptionId id, Origin origin, const YamlNode *node)
{
    if (node->kind != YAML_SCALAR)
        return wrong(loading, node, "this setting takes one value", "write it as name: value");
    return set_text(loading, id, origin, node, node->text);
}

// A list of words is taken word by word.
static bool set_words(const Loading *loading, OptionId id, Origin origin, const YamlNode *node)
{
    Words words = {0};
    for (size_t i = 0; i < node->count; i++) {
        const YamlNode *word = &node->children[i];
        if (word->kind != YAML_SCALAR)
            return wrong(loading, word, "expected a word of the command here", NULL);
        *vec_append(loading->context->arena, &words) = word->text;
    }
    return set_text(loading, id, origin, node, words_join(loading->context->arena, &words));
}

static bool unknown_setting(const Loading *loading, const YamlNode *node)
{
    Nearest nearest = nearest_to(str_from(node->key));
    for (int id = 0; id < OPTION_COUNT; id++)
        if (OPTIONS[id].is_setting)
            nearest_offer(&nearest, OPTIONS[id].name);
    for (size_t i = 0; hook_settings_keys()[i]; i++)
        nearest_offer(&nearest, hook_settings_keys()[i]);
    Arena *arena = loading->context->arena;
    return wrong(loading, node, arena_printf(arena, "unknown setting \"%s\"", node->key),
                 nearest.found ? arena_printf(arena, "did you mean: %s", nearest.found)
                               : "see the settings: migrate-safe help --man | man -l -");
}

static bool set_hooks(const Loading *loading, Origin origin, const YamlNode *node)
{
    BlockReader reader = {.context = loading->context,
                          .file = loading->file,
                          .folder = loading->folder,
                          .origin = origin,
                          .err = loading->err};
    return hook_settings_read(&reader, node);
}

static bool set_node(const Loading *loading, Origin origin, const YamlNode *node);

// The block form of approvals: its keys are settings whose names begin with that word, but for
// `need`; a block without it means what it says.
static bool set_approvals(const Loading *loading, Origin origin, const YamlNode *block)
{
    static const char *const WHOLE[] = {"four-eyes", "allowed-signers", "documents-low",
                                        "documents-medium", "documents-high"};
    Arena *arena = loading->context->arena;
    bool has_need = yaml_find(block, "need") != NULL;
    if (!has_need && !set_text(loading, OPTION_APPROVALS, origin, block, "required"))
        return false;
    for (size_t i = 0; i < block->count; i++) {
        YamlNode node = block->children[i];
        bool is_whole = false;
        for (size_t k = 0; k < sizeof WHOLE / sizeof *WHOLE; k++)
            is_whole |= strcmp(node.key, WHOLE[k]) == 0;
        node.key = strcmp(node.key, "need") == 0 ? "approvals"
                   : is_whole                    ? node.key
                                                 : arena_printf(arena, "approvals-%s", node.key);
        if (!set_node(loading, origin, &node))
            return false;
    }
    return true;
}

static bool set_node(const Loading *loading, Origin origin, const YamlNode *node)
{
    if (hook_settings_has_key(node->key))
        return set_hooks(loading, origin, node);
    if (node->kind == YAML_MAP && strcmp(node->key, "approvals") == 0)
        return set_approvals(loading, origin, node);
    OptionId id = option_find_setting(str_from(node->key));
    if (id == OPTION_COUNT)
        return unknown_setting(loading, node);
    if (node->kind != YAML_LIST)
        return set_scalar(loading, id, origin, node);
    if (OPTIONS[id].kind == KIND_WORDS)
        return set_words(loading, id, origin, node);
    if (OPTIONS[id].kind != KIND_LIST)
        return wrong(loading, node, "this setting takes one value, not a list",
                     "write it as name: value");
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

static const char EXAMPLE[] =
    "for example:\ndefaults:\n  dir: migrations\nenvironments:\n  staging:\n    lock-timeout: 2s";

static bool check_blocks(const Loading *loading, const YamlNode *root)
{
    if (root->kind != YAML_MAP)
        return wrong(loading, root, "expected the blocks defaults: and environments:", EXAMPLE);
    for (size_t i = 0; i < root->count; i++) {
        const YamlNode *block = &root->children[i];
        bool is_environments = strcmp(block->key, "environments") == 0;
        if (strcmp(block->key, "lint") == 0 || strcmp(block->key, "roles") == 0)
            continue;
        if (strcmp(block->key, "defaults") != 0 && !is_environments)
            return wrong(loading, block,
                         arena_printf(loading->context->arena, "unknown block \"%s\"", block->key),
                         "the blocks are defaults:, environments:, lint: and roles:");
        bool is_empty = block->kind == YAML_SCALAR && !*block->text;
        if (is_environments && block->kind != YAML_MAP && !is_empty)
            return wrong(loading, block, "expected one block for each environment here", EXAMPLE);
    }
    return true;
}

// The environments that are not worked in are read too: an unknown key is an error on the day it is
// written and not on the day of that environment.
static bool check_environments(const Loading *loading, const YamlNode *environments)
{
    for (size_t i = 0; environments && i < environments->count; i++) {
        Context unused = *loading->context;
        Loading check = *loading;
        check.context = &unused;
        if (!set_block(&check, ORIGIN_ENVIRONMENT_BLOCK, &environments->children[i]))
            return false;
    }
    return true;
}

static bool no_environment(const Loading *loading, const YamlNode *environments, const char *env)
{
    TEXT_SCOPED names;
    text_init(&names, 512);
    for (size_t i = 0; environments && i < environments->count; i++)
        text_printf(&names, "%s%s", i ? ", " : "", environments->children[i].key);
    fail(loading->err, ERR_CONFIG, "%s has no environment \"%s\"", loading->file, env);
    if (names.len)
        err_detail(loading->err, "environments there: %s", text_cstr(&names));
    return err_hint(loading->err, "add it below environments: or correct --env");
}

static bool apply_file(const Loading *loading, const YamlNode *root)
{
    const char *env = option_text(&loading->context->options, OPTION_ENV);
    if (!check_blocks(loading, root))
        return false;
    const YamlNode *lint = yaml_find(root, "lint");
    if (lint && !lint_settings_read(loading->context, loading->file, lint, loading->err))
        return false;
    const YamlNode *roles = yaml_find(root, "roles");
    if (roles && !approval_roles_read(loading->context, loading->file, roles, loading->err))
        return false;
    const YamlNode *defaults = yaml_find(root, "defaults");
    const YamlNode *environments = yaml_find(root, "environments");
    if ((defaults && !set_block(loading, ORIGIN_DEFAULTS, defaults)) ||
        !check_environments(loading, environments))
        return false;
    if (!env)
        return true;
    const YamlNode *block = yaml_find(environments, env);
    return block ? set_block(loading, ORIGIN_ENVIRONMENT_BLOCK, block)
                 : no_environment(loading, environments, env);
}

static const char *folder_of(Arena *arena, const char *file)
{
    const char *slash = strrchr(file, '/');
    return slash ? arena_dup(arena, (Str){file, (size_t)(slash - file)}) : "";
}

static const char *named_file(const Context *context)
{
    const char *named = option_text(&context->options, OPTION_CONFIG);
    return named ? named : settings_variable(context, "MIGRATE_SAFE_CONFIG").value;
}

const char *settings_file(const Context *context)
{
    const char *file = named_file(context);
    return file || !file_exists(SETTINGS_FILE) ? file : SETTINGS_FILE;
}

const char *settings_beside(const Context *context, const char *name)
{
    const char *file = settings_file(context);
    const char *slash = file ? strrchr(file, '/') : NULL;
    return slash ? arena_printf(context->arena, "%.*s/%s", (int)(slash - file), file, name) : name;
}

static bool load_file(Context *context, Err *err)
{
    const char *file = named_file(context);
    if (!file && !file_exists(SETTINGS_FILE)) {
        if (!option_text(&context->options, OPTION_ENV))
            return true;
        fail(err, ERR_CONFIG, "--env needs a configuration file, and there is no %s here",
             SETTINGS_FILE);
        return err_hint(err, "name it: --config FILE");
    }
    Loading loading = {.context = context, .file = file ? file : SETTINGS_FILE, .err = err};
    loading.folder = folder_of(context->arena, loading.file);
    Str text;
    YamlNode root;
    if (!file && !file_is_regular(SETTINGS_FILE)) // a pipe that is named is read, see file_read
        return fail(err, ERR_IO, "cannot read %s: not a regular file", SETTINGS_FILE);
    if (!file_read(context->arena, loading.file, CONFIG_BYTES_MAX, &text, err))
        return false;
    if (yaml_parse(context->arena, text, loading.file, &root, err) && apply_file(&loading, &root))
        return true;
    yaml_quote(err, text);
    return false;
}

bool settings_load(Context *context, Err *err)
{
    const char *named = named_file(context);
    return settings_dotenv_load(context, named ? folder_of(context->arena, named) : "", err) &&
           load_file(context, err) && settings_take_variables(context, err);
}
