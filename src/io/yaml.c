#include "io/yaml.h"

#include "base/utf8.h"

#include <libfyaml.h>
#include <stdlib.h>
#include <string.h>

enum {
    DEPTH_MAX = 32,
    NODES_MAX = 10000, // aliases of aliases grow without end
};

typedef struct Conversion {
    Arena *arena;
    const char *file;
    int nodes;
    Err *err;
} Conversion;

typedef struct Stream {
    struct fy_parser *parser;
    struct fy_document *document;
    struct fy_document *second;
} Stream;

static void stream_close(Stream *stream)
{
    if (stream->document)
        fy_parse_document_destroy(stream->parser, stream->document);
    if (stream->second)
        fy_parse_document_destroy(stream->parser, stream->second);
    if (stream->parser)
        fy_parser_destroy(stream->parser);
}

// Errors are collected; without this the library prints remarks of its own.
static void keep_quiet(struct fy_diag *diag, void *user, const char *text, size_t length)
{
    (void)diag;
    (void)user;
    (void)text;
    (void)length;
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

static bool convert(Conversion *to, struct fy_node *node, int depth, YamlNode *ret);

static bool convert_map(Conversion *to, struct fy_node *node, int depth, YamlNode *ret)
{
    int count = fy_node_mapping_item_count(node);
    ret->kind = YAML_MAP;
    ret->children = arena_alloc_array(to->arena, (size_t)(count > 0 ? count : 1), sizeof(YamlNode));
    void *iterator = NULL;
    for (struct fy_node_pair *pair; (pair = fy_node_mapping_iterate(node, &iterator));) {
        size_t length = 0;
        struct fy_node *key_node = fy_node_pair_key(pair);
        const char *key = fy_node_is_alias(key_node) ? NULL : fy_node_get_scalar(key_node, &length);
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

static bool convert_list(Conversion *to, struct fy_node *node, int depth, YamlNode *ret)
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

// Followed here and not by the library, whose way has no limit. What stands in for an alias keeps
// the alias's own place, so that an error points at it.
static bool convert_alias(Conversion *to, struct fy_node *node, int depth, YamlNode *ret)
{
    Position position = node_position(node);
    struct fy_node *meant = fy_node_resolve_alias(node);
    if (!meant) {
        fail(to->err, ERR_CONFIG, "this alias has no anchor");
        return err_at(to->err, to->file, position);
    }
    if (!convert(to, meant, depth + 1, ret))
        return false;
    ret->position = position;
    return true;
}

static bool convert(Conversion *to, struct fy_node *node, int depth, YamlNode *ret)
{
    ret->position = node_position(node);
    if (depth > DEPTH_MAX || ++to->nodes > NODES_MAX) {
        if (depth > DEPTH_MAX)
            fail(to->err, ERR_CONFIG, "nested deeper than %d levels", DEPTH_MAX);
        else
            fail(to->err, ERR_CONFIG, "more than %d values", NODES_MAX);
        return err_at(to->err, to->file, ret->position);
    }
    if (node && fy_node_is_alias(node))
        return convert_alias(to, node, depth, ret);
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
    if (text && memchr(text, '\0', length)) {
        fail(to->err, ERR_CONFIG, "a value holds a NUL byte");
        return err_at(to->err, to->file, ret->position);
    }
    ret->kind = YAML_SCALAR;
    ret->text = arena_dup(to->arena, (Str){text, text ? length : 0});
    return true;
}

static bool report(struct fy_diag *diag, const char *file, Err *err)
{
    void *iterator = NULL;
    struct fy_diag_error *first = fy_diag_errors_iterate(diag, &iterator);
    if (!first) {
        fail(err, ERR_CONFIG, "this is not YAML");
        return err_at(err, file, (Position){0});
    }
    fail(err, ERR_CONFIG, "%s", first->msg);
    return err_at(err, file, (Position){first->line, first->column});
}

static bool check_text(Str text, const char *file, Err *err)
{
    Utf8Check check = {0};
    ptrdiff_t bad = utf8_check(&check, text);
    if (bad >= 0 || !utf8_is_complete(&check)) {
        fail(err, ERR_CONFIG, "the file is not valid UTF-8");
        return err_at(err, file, (Position){0});
    }
    if (text.n && memchr(text.p, '\0', text.n)) {
        fail(err, ERR_CONFIG, "NUL byte: this is a binary file, not YAML");
        return err_at(err, file, (Position){0});
    }
    return true;
}

static bool read_stream(Conversion *to, Stream *stream, struct fy_diag *diag, YamlNode *ret_root)
{
    stream->document = fy_parse_load_document(stream->parser);
    void *iterator = NULL;
    if (!stream->document && fy_diag_errors_iterate(diag, &iterator))
        return report(diag, to->file, to->err);
    YamlNode empty = {.kind = YAML_MAP, .position = {1, 1}};
    if (!stream->document) { // comments only
        *ret_root = empty;
        return true;
    }
    YamlNode root = {0};
    if (!convert(to, fy_document_root(stream->document), 0, &root))
        return false;
    stream->second = fy_parse_load_document(stream->parser);
    iterator = NULL;
    if (!stream->second && fy_diag_errors_iterate(diag, &iterator))
        return report(diag, to->file, to->err);
    if (stream->second) {
        fail(to->err, ERR_CONFIG, "a second document begins here; one is all that is read");
        return err_at(to->err, to->file, node_position(fy_document_root(stream->second)));
    }
    *ret_root = root.kind != YAML_SCALAR || *root.text ? root : empty; // "---" alone is empty too
    return true;
}

bool yaml_parse(Arena *arena, Str text, const char *file, YamlNode *ret_root, Err *err)
{
    if (!check_text(text, file, err))
        return false;
    struct fy_diag_cfg diag_config;
    fy_diag_cfg_default(&diag_config);
    diag_config.level = FYET_ERROR;
    diag_config.fp = NULL;
    diag_config.output_fn = keep_quiet;
    __attribute__((cleanup(diag_free_at))) struct fy_diag *diag = fy_diag_create(&diag_config);
    if (!diag)
        return fail(err, ERR_CONFIG, "%s cannot be read as YAML", file);
    fy_diag_set_collect_errors(diag, true);
    struct fy_parse_cfg config = {.flags = FYPCF_QUIET, .diag = diag};
    __attribute__((cleanup(stream_close))) Stream stream = {.parser = fy_parser_create(&config)};
    if (!stream.parser || fy_parser_set_string(stream.parser, text.p, text.n) != 0)
        return fail(err, ERR_CONFIG, "%s cannot be read as YAML", file);
    Conversion to = {.arena = arena, .file = file, .err = err};
    return read_stream(&to, &stream, diag, ret_root);
}

// A line with a password in it is not shown; neither is a URL, which may have one.
static bool may_be_secret(Str line)
{
    static const Str SIGNS[] = {STR("://"), STR("pass"), STR("PASS"), STR("Pass"), STR("secret")};
    for (size_t i = 0; i < sizeof SIGNS / sizeof SIGNS[0]; i++)
        if (str_find(line, SIGNS[i]) >= 0)
            return true;
    return false;
}

void yaml_quote(Err *err, Str text)
{
    Str rest = text;
    for (int line = 1; line < err->position.line && rest.n; line++) {
        Str passed = str_until(rest, '\n');
        rest = str_skip(rest, passed.n < rest.n ? passed.n + 1 : passed.n);
    }
    size_t column = err->position.column > 0 ? (size_t)err->position.column - 1 : 0;
    Str line = str_until(rest, '\n');
    if (err->position.line && rest.n && !may_be_secret(line))
        err_quote(err, text, (size_t)(rest.p - text.p) + utf8_offset(line, column));
}

const YamlNode *yaml_find(const YamlNode *map, const char *key)
{
    for (size_t i = 0; map && map->kind == YAML_MAP && i < map->count; i++)
        if (str_eq(str_from(map->children[i].key), str_from(key)))
            return &map->children[i];
    return NULL;
}
