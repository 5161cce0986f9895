#include "catalog/ddl/ddl.h"

#include <stdlib.h>

static const char *parent_of(const SnapshotObject *object)
{
    return object->parent ? object->parent : "";
}

static int by_parent_and_kind(const SnapshotObject *left, const SnapshotObject *right)
{
    int order = strcmp(parent_of(left), parent_of(right));
    return order ? order : strcmp(left->kind, right->kind);
}

static int by_part(const void *left, const void *right)
{
    const SnapshotObject *a = *(const SnapshotObject *const *)left;
    const SnapshotObject *b = *(const SnapshotObject *const *)right;
    int order = by_parent_and_kind(a, b);
    if (order == 0)
        order = (a->address.number > b->address.number) - (a->address.number < b->address.number);
    return order ? order : strcmp(a->identity, b->identity);
}

void ddl_parts_fill(Arena *arena, const Snapshot *snapshot, DdlParts *ret_parts)
{
    DdlParts parts = {0};
    vec_reserve(arena, &parts, snapshot->objects.len);
    VEC_EACH (const SnapshotObject, object, &snapshot->objects)
        *vec_append(arena, &parts) = object;
    vec_sort(&parts, by_part);
    *ret_parts = parts;
}

// The first place that is not before `wanted`.
static size_t lower_bound(const DdlParts *parts, const SnapshotObject *wanted)
{
    size_t from = 0;
    size_t to = parts->len;
    while (from < to) {
        size_t middle = from + (to - from) / 2;
        if (by_parent_and_kind(parts->items[middle], wanted) < 0)
            from = middle + 1;
        else
            to = middle;
    }
    return from;
}

size_t ddl_parts_of(const DdlParts *parts, const char *parent, const char *kind,
                    const SnapshotObject *const **ret_first)
{
    SnapshotObject wanted = {.parent = parent, .kind = kind};
    size_t first = parts ? lower_bound(parts, &wanted) : 0;
    size_t count = 0;
    while (parts && first + count < parts->len &&
           by_parent_and_kind(parts->items[first + count], &wanted) == 0)
        count++;
    *ret_first = count ? &parts->items[first] : NULL;
    return count;
}

// What stands for itself has no number: all of them are in the order of their names.
static const SnapshotObject *find_whole(const DdlParts *parts, const SnapshotObject *wanted)
{
    const SnapshotObject *const *found =
        !parts->len ? NULL
                    : bsearch(&wanted, parts->items, parts->len, sizeof *parts->items, by_part);
    return found ? *found : NULL;
}

const SnapshotObject *ddl_part_find(const DdlParts *parts, const char *parent, const char *kind,
                                    const char *identity)
{
    SnapshotObject wanted = {.parent = parent, .kind = kind, .identity = identity};
    if (!parts)
        return NULL;
    if (!parent[0])
        return find_whole(parts, &wanted);
    for (size_t i = lower_bound(parts, &wanted);
         i < parts->len && by_parent_and_kind(parts->items[i], &wanted) == 0; i++)
        if (strcmp(parts->items[i]->identity, identity) == 0)
            return parts->items[i];
    return NULL;
}
