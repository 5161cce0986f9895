#include "io/yaml.h"

#include "base/utf8.h"

#include <libfyaml.h>
#include <stdlib.h>

enum {
    DEPTH_MAX = 32
};

typedef struct Conversion {
    Arena *arena;
    const char *file;
    Err *err;
} Conversion;

static void document_free_at(struct fy_document **document)
{
    if (*document)
        fy_document_destroy(*document);
}

static void diag_free_at(struct fy_diag **diag)
{
    if (*diag)
        fy_diag_destroy(*diag);
}

// libfyaml gives positions of scalars only: a map or list stands where its first scalar stands.
static Position node_position(struct fy_node *node)
{
    while (node && fy_node_get_type(node) != FYNT_SCALAR) {
        struct fy_node_pair *pair = fy_node_mapping_get_by_index(node, 0);
        node = pair ? fy_node_pair_key(pair) : fy_node_sequence_get_by_index(node, 0);
    }
    struct fy_token *token = node ? fy_node_get_scalar_token(node) : NULL;
    const struct fy_mark *mark = token ? fy_token_start_mark(token) : NULL;
    return mark ? (Position){mark->line + 1, mark->column + 1} : (Position){1, 1};
}

static bool convert(const Conversion *to, struct fy_node *node, int depth, YamlNode *ret);

static bool convert_map(const Conversion *to, struct fy_node *node, int depth, YamlNode *ret)
{
    int count = fy_node_mapping_item_count(node);
    ret->kind = YAML_MAP;
    ret->children = arena_alloc_array(to->arena, (size_t)(count > 0 ? count : 1), sizeof(YamlNode));
    void *iterator = NULL;
    for (struct fy_node_pair *pair; (pair = fy_node_mapping_iterate(node, &iterator));) {
        size_t length = 0;
        struct fy_node *key_node = fy_node_pair_key(pair);
        const char *key = fy_node_get_scalar(key_node, &length);
        YamlNode *child = &ret->children[ret->count];
        if (!key) {
            fail(to->err, ERR_CONFIG, "a key must be plain text");
            return err_at(to->err, to->file, node_position(key_node));
        }
        if (!convert(to, fy_node_pair_value(pair), depth + 1, child))
            return false;
        child->key = arena_dup(to->arena, (Str){key, length});
        child->position = node_position(key_node);
        ret->count++;
    }
    return true;
}

static bool convert_list(const Conversion *to, struct fy_node *node, int depth, YamlNode *ret)
{
    int count = fy_node_sequence_item_count(node);
    ret->kind = YAML_LIST;
    ret->children = arena_alloc_array(to->arena, (size_t)(count > 0 ? count : 1), sizeof(YamlNode));
    void *iterator = NULL;
    for (struct fy_node *item; (item = fy_node_sequence_iterate(node, &iterator));)
        if (!convert(to, item, depth + 1, &ret->children[ret->count++]))
            return false;
    return true;
}

static bool convert(const Conversion *to, struct fy_node *node, int depth, YamlNode *ret)
{
    ret->position = node_position(node);
    if (depth > DEPTH_MAX) {
        fail(to->err, ERR_CONFIG, "nested deeper than %d levels", DEPTH_MAX);
        return err_at(to->err, to->file, ret->position);
    }
    switch (node ? fy_node_get_type(node) : FYNT_SCALAR) {
    case FYNT_MAPPING:
        return convert_map(to, node, depth, ret);
    case FYNT_SEQUENCE:
        return convert_list(to, node, depth, ret);
    case FYNT_SCALAR:
        break;
    }
    size_t length = 0;
    const char *text = node ? fy_node_get_scalar(node, &length) : NULL;
    ret->kind = YAML_SCALAR;
    ret->text = arena_dup(to->arena, (Str){text, text ? length : 0});
    return true;
}

static bool report(struct fy_diag *diag, const char *file, Err *err)
{
    void *iterator = NULL;
    struct fy_diag_error *first = fy_diag_errors_iterate(diag, &iterator);
    if (!first)
        return fail(err, ERR_CONFIG, "%s is not YAML", file);
    fail(err, ERR_CONFIG, "%s", first->msg);
    return err_at(err, file, (Position){first->line, first->column});
}

bool yaml_parse(Arena *arena, Str text, const char *file, YamlNode *ret_root, Err *err)
{
    Utf8Check check = {0};
    if (utf8_check(&check, text) >= 0 || !utf8_is_complete(&check)) {
        fail(err, ERR_CONFIG, "the file is not valid UTF-8");
        return err_at(err, file, (Position){1, 1});
    }
    if (str_trim(text).n == 0) {
        *ret_root = (YamlNode){.kind = YAML_MAP, .position = {1, 1}};
        return true;
    }
    struct fy_diag_cfg diag_config;
    fy_diag_cfg_default(&diag_config);
    diag_config.level = FYET_ERROR;
    __attribute__((cleanup(diag_free_at))) struct fy_diag *diag = fy_diag_create(&diag_config);
    if (!diag)
        return fail(err, ERR_CONFIG, "%s cannot be read as YAML", file);
    fy_diag_set_collect_errors(diag, true);
    struct fy_parse_cfg config = {.flags = FYPCF_QUIET | FYPCF_RESOLVE_DOCUMENT, .diag = diag};
    __attribute__((cleanup(document_free_at))) struct fy_document *document =
        fy_document_build_from_string(&config, text.p, text.n);
    if (!document)
        return report(diag, file, err);
    Conversion to = {arena, file, err};
    YamlNode root = {0};
    if (!convert(&to, fy_document_root(document), 0, &root))
        return false;
    *ret_root = root;
    return true;
}

const YamlNode *yaml_find(const YamlNode *map, const char *key)
{
    for (size_t i = 0; map && map->kind == YAML_MAP && i < map->count; i++)
        if (str_eq(str_from(map->children[i].key), str_from(key)))
            return &map->children[i];
    return NULL;
}
