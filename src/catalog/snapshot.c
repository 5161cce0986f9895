#include "catalog/snapshot.h"

#include "base/sha256.h"
#include "base/text.h"
#include "catalog/privileges.h"
#include "catalog/sql_text.h"

#include <stdlib.h>
#include <string.h>

enum {
    TEXT_MAX = 1 << 30 // a server's value is shorter
};

static const uint32_t GONE = UINT32_MAX;

static bool is_verbatim(const char *name)
{
    static const char *const NAMES[] = {"source", "text",    "label",    "labels",
                                        "value",  "comment", "initcond", "minitcond"};
    for (size_t i = 0; i < sizeof NAMES / sizeof *NAMES; i++)
        if (strcmp(name, NAMES[i]) == 0)
            return true;
    return false;
}

static const char *canonical_value(Arena *arena, const SnapshotAttribute *attribute)
{
    if (str_ends(str_from(attribute->name), STR("privileges")))
        return privileges_text(arena, attribute->value);
    if (is_verbatim(attribute->name))
        return attribute->value;
    return sql_text_canonical(arena, attribute->value);
}

// The further lines of a value are indented: no value can look like another attribute.
static void append_value(Text *text, const char *value)
{
    Str rest = str_from(value);
    for (;;) {
        Str line = str_until(rest, '\n');
        text_append(text, line);
        text_append_char(text, '\n');
        if (line.n == rest.n)
            return;
        rest = str_skip(rest, line.n + 1);
        text_append(text, STR("  "));
    }
}

const char *snapshot_text(Arena *arena, const SnapshotAttribute *attributes, size_t count)
{
    TEXT_SCOPED text;
    text_init(&text, TEXT_MAX);
    for (size_t i = 0; i < count; i++) {
        if (!attributes[i].value)
            continue;
        text_append(&text, str_from(attributes[i].name));
        text_append(&text, STR(": "));
        append_value(&text, canonical_value(arena, &attributes[i]));
    }
    return arena_dup(arena, text_str(&text));
}

bool snapshot_attribute_next(Str *rest, Str *ret_name, Str *ret_value)
{
    if (!rest->n)
        return false;
    size_t end = 0;
    do {
        const char *line_end = memchr(rest->p + end, '\n', rest->n - end);
        end = line_end ? (size_t)(line_end - rest->p) + 1 : rest->n;
    } while (end < rest->n && rest->p[end] == ' ');
    Str whole = {rest->p, end};
    *rest = str_skip(*rest, end);
    if (whole.p[whole.n - 1] == '\n')
        whole.n--;
    ptrdiff_t colon = str_find(whole, STR(": "));
    size_t name = colon < 0 ? whole.n : (size_t)colon;
    *ret_name = (Str){whole.p, name};
    *ret_value = colon < 0 ? (Str){0} : str_skip(whole, name + 2);
    return true;
}

bool snapshot_attribute_find(const char *text, Str name, Str *ret_value)
{
    Str rest = str_from(text);
    Str other;
    while (snapshot_attribute_next(&rest, &other, ret_value))
        if (str_eq(other, name))
            return true;
    return false;
}

const char *snapshot_attribute_text(Arena *arena, const char *text, Str name)
{
    Str value;
    if (!snapshot_attribute_find(text, name, &value))
        return NULL;
    if (!memchr(value.p, '\n', value.n))
        return arena_dup(arena, value);
    TEXT_SCOPED plain;
    text_init(&plain, TEXT_MAX);
    for (;;) {
        Str line = str_until(value, '\n');
        text_append(&plain, line);
        if (line.n == value.n)
            return arena_dup(arena, text_str(&plain));
        text_append_char(&plain, '\n');
        value = str_skip(value, line.n + 1 + strlen("  "));
    }
}

int snapshot_object_compare(const SnapshotObject *left, const SnapshotObject *right)
{
    int order = strcmp(left->kind, right->kind);
    return order ? order : strcmp(left->identity, right->identity);
}

const SnapshotObject *snapshot_find(const Snapshot *snapshot, const char *kind,
                                    const char *identity)
{
    SnapshotObject wanted = {.kind = kind, .identity = identity};
    size_t from = 0;
    size_t to = snapshot->objects.len;
    while (from < to) {
        size_t middle = from + (to - from) / 2;
        int order = snapshot_object_compare(&snapshot->objects.items[middle], &wanted);
        if (order == 0)
            return &snapshot->objects.items[middle];
        if (order < 0)
            from = middle + 1;
        else
            to = middle;
    }
    return NULL;
}

static int by_number(int64_t left, int64_t right)
{
    return (left > right) - (left < right);
}

int snapshot_address_compare(const SnapshotAddress *left, const SnapshotAddress *right)
{
    int order = by_number(left->class, right->class);
    if (order == 0)
        order = by_number(left->oid, right->oid);
    return order ? order : by_number(left->number, right->number);
}

int snapshot_edge_compare(const SnapshotEdge *left, const SnapshotEdge *right)
{
    int order = by_number(left->from, right->from);
    if (order == 0)
        order = by_number(left->to, right->to);
    return order ? order : by_number(left->kind, right->kind);
}

static int by_kind_and_identity(const void *left, const void *right)
{
    const SnapshotObject *a = left;
    const SnapshotObject *b = right;
    int order = snapshot_object_compare(a, b);
    if (order == 0)
        order = strcmp(a->text ? a->text : a->sha256, b->text ? b->text : b->sha256);
    return order;
}

static void add_field(Sha256 *hash, const char *field)
{
    sha256_add(hash, (Str){field, strlen(field) + 1}); // with its NUL: two fields are never one
}

static void hash_all(Arena *arena, Snapshot *snapshot)
{
    Sha256 *all = sha256_new();
    add_field(all, "migrate-safe/snapshot/1");
    add_field(all, arena_printf(arena, "%d", snapshot->server_major));
    if (snapshot->has_roles)
        add_field(all, "roles");
    VEC_EACH (const SnapshotObject, object, &snapshot->objects)
        add_field(all, object->sha256);
    sha256_finish(all, snapshot->fingerprint);
}

void snapshot_seal(Arena *arena, Snapshot *snapshot)
{
    vec_sort(&snapshot->objects, by_kind_and_identity);
    VEC_EACH (SnapshotObject, object, &snapshot->objects) {
        if (!object->text)
            continue;
        Sha256 *hash = sha256_new();
        add_field(hash, object->kind);
        add_field(hash, object->identity);
        add_field(hash, object->text);
        sha256_finish(hash, object->sha256);
    }
    hash_all(arena, snapshot);
}

bool snapshot_kind_is_of_server(const char *kind)
{
    static const char *const KINDS[] = {"membership", "role", "role setting"};
    for (size_t i = 0; i < sizeof KINDS / sizeof *KINDS; i++)
        if (strcmp(kind, KINDS[i]) == 0)
            return true;
    return false;
}

Snapshot snapshot_without_roles(Arena *arena, const Snapshot *snapshot)
{
    Snapshot rest = *snapshot;
    if (!snapshot->has_roles)
        return rest;
    uint32_t *places = arena_alloc_array(arena, snapshot->objects.len + 1, sizeof *places);
    rest.has_roles = false;
    memset(&rest.objects, 0, sizeof rest.objects);
    memset(&rest.edges, 0, sizeof rest.edges);
    for (size_t i = 0; i < snapshot->objects.len; i++) {
        const SnapshotObject *object = &snapshot->objects.items[i];
        places[i] = snapshot_kind_is_of_server(object->kind) ? GONE : (uint32_t)rest.objects.len;
        if (places[i] != GONE)
            *vec_append(arena, &rest.objects) = *object;
    }
    VEC_EACH (const SnapshotEdge, edge, &snapshot->edges)
        if (places[edge->from] != GONE && places[edge->to] != GONE)
            *vec_append(arena, &rest.edges) =
                (SnapshotEdge){places[edge->from], places[edge->to], edge->kind};
    hash_all(arena, &rest);
    return rest;
}

void snapshot_note_defaults(Snapshot *snapshot)
{
    VEC_EACH (const SnapshotEdge, edge, &snapshot->edges)
        if (edge->kind == SNAPSHOT_EDGE_DEFAULT)
            snapshot->objects.items[edge->from].is_default_apart = true;
}
