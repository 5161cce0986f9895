#include "sql/tree.h"

#include "sql/tree_node.h"

#include <string.h>

const char *node_kind(const Node *node)
{
    return node && node->kind ? node->kind : "";
}

bool node_is(const Node *node, const char *kind)
{
    return node && node->kind && node->kind[0] == kind[0] && strcmp(node->kind, kind) == 0;
}

const char *node_name(const Node *field)
{
    return field && field->name ? field->name : "";
}

static bool holds_nodes(const Node *node)
{
    return node && (node->type == NODE_LIST || node->type == NODE_RECORD);
}

const Node *node_next(const Node *item)
{
    return item && !item->is_last ? item + item->extent : NULL;
}

static const Node *first_inside(const Node *node)
{
    return holds_nodes(node) && node->extent > 1 ? node + 1 : NULL;
}

// The field that the first part of a path names; `ret_rest` is behind that part.
static const Node *field_named(const Node *node, const char *path, const char **ret_rest)
{
    if (!node || node->type != NODE_RECORD)
        return NULL;
    uint16_t key = name_key(path);
    if (!(node->fields & field_bit(key)))
        return NULL;
    for (const Node *field = first_inside(node); field; field = node_next(field)) {
        if (field->key != key)
            continue;
        size_t length = field->name_length;
        if (strncmp(field->name, path, length) == 0 &&
            (path[length] == '\0' || path[length] == '.')) {
            *ret_rest = path + length;
            return field;
        }
    }
    return NULL;
}

// A List node stands for its items.
static const Node *unwrapped(const Node *list)
{
    const char *rest;
    return node_is(list, "List") ? field_named(list, "items", &rest) : list;
}

const Node *node_first(const Node *list)
{
    return first_inside(unwrapped(list));
}

size_t node_count(const Node *list)
{
    size_t count = 0;
    for (const Node *item = node_first(list); item; item = node_next(item))
        count++;
    return count;
}

const Node *node_field(const Node *node, const char *path)
{
    if (!path)
        return node;
    node = field_named(node, path, &path);
    while (node && *path == '.')
        node = field_named(node, path + 1, &path);
    return node;
}

bool node_has(const Node *node, const char *path)
{
    return node_field(node, path) != NULL;
}

// The kinds that PostgreSQL wraps plain values in, and the field that has it.
static const Node *plain(const Node *node)
{
    static const char *const WRAPPERS[][2] = {
        {"String", "sval"},     {"Integer", "ival"},    {"Float", "fval"},
        {"Boolean", "boolval"}, {"BitString", "bsval"},
    };
    if (!node || node->type != NODE_RECORD || !node->kind)
        return node;
    for (size_t i = 0; i < sizeof WRAPPERS / sizeof *WRAPPERS; i++)
        if (node_is(node, WRAPPERS[i][0]))
            return node_field(node, WRAPPERS[i][1]);
    return node;
}

const char *node_text(const Node *node, const char *path)
{
    const Node *value = plain(node_field(node, path));
    return value && value->type == NODE_STRING ? value->text : "";
}

bool node_text_is(const Node *node, const char *path, const char *text)
{
    return strcmp(node_text(node, path), text) == 0;
}

int64_t node_int(const Node *node, const char *path)
{
    const Node *value = plain(node_field(node, path));
    return value && value->type == NODE_INTEGER ? value->integer : 0;
}

bool node_flag(const Node *node, const char *path)
{
    const Node *value = plain(node_field(node, path));
    return value && value->type == NODE_BOOL && value->integer;
}

int64_t node_location(const Node *node)
{
    return node_int(node, "location");
}

const char *node_last_text(const Node *list)
{
    const char *last = "";
    NODE_EACH(name, list)
    last = node_text(name, NULL);
    return last;
}

static const char *with_dot(Arena *arena, const char *before, const char *name)
{
    return *before ? arena_join(arena, str_from(before), STR("."), str_from(name)) : name;
}

const char *node_dotted(Arena *arena, const Node *names)
{
    const char *dotted = "";
    if (node_has(names, "relname")) {
        dotted = with_dot(arena, node_text(names, "catalogname"), node_text(names, "schemaname"));
        return with_dot(arena, dotted, node_text(names, "relname"));
    }
    if (node_is(names, "String"))
        return node_text(names, NULL);
    NODE_EACH(name, names)
    dotted = with_dot(arena, dotted, node_text(name, NULL));
    return dotted;
}

bool node_is_below(const Node *root, const Node *node)
{
    return root && node && node >= root && node < root + root->extent;
}

const Node *node_walk(const Node *root, const Node *item)
{
    return node_is_below(root, item + 1) ? item + 1 : NULL;
}
