#include "catalog/snapshot_link.h"

#include <stdlib.h>

enum {
    CHAIN_MAX = 4, // an array of a row type of a member of an extension
    NOWHERE = -1
};

typedef struct Place {
    SnapshotAddress address;
    uint32_t index;
} Place;

typedef struct Linking {
    Arena *arena;
    Snapshot *snapshot;
    const SnapshotStandIns *stand_ins;
    VEC(Place) places; // of what has the address itself
} Linking;

static int by_place(const void *left, const void *right)
{
    return snapshot_address_compare(&((const Place *)left)->address,
                                    &((const Place *)right)->address);
}

static int by_stand_in(const void *left, const void *right)
{
    return snapshot_address_compare(&((const SnapshotStandIn *)left)->address,
                                    &((const SnapshotStandIn *)right)->address);
}

// What is said of another thing, and has the address of that.
static bool is_saying(const SnapshotObject *object)
{
    static const char *const KINDS[] = {
        "comment",
        "extension version",
        "inherited column order",
        "internal trigger",
        "materialized view state",
        "security label",
        "subscription state",
        "system privileges",
        "tablespace",
    };
    for (size_t i = 0; i < sizeof KINDS / sizeof *KINDS; i++)
        if (strcmp(object->kind, KINDS[i]) == 0)
            return true;
    return false;
}

static int64_t find_place(const Linking *linking, SnapshotAddress address)
{
    Place wanted = {.address = address};
    const Place *found =
        !linking->places.len
            ? NULL
            : bsearch(&wanted, linking->places.items, linking->places.len, sizeof wanted, by_place);
    return found ? (int64_t)found->index : NOWHERE;
}

static const SnapshotStandIn *find_stand_in(const Linking *linking, SnapshotAddress address)
{
    SnapshotStandIn wanted = {.address = {address.class, address.oid, 0}};
    return !linking->stand_ins->len ? NULL
                                    : bsearch(&wanted, linking->stand_ins->items,
                                              linking->stand_ins->len, sizeof wanted, by_stand_in);
}

// The object at an address: itself, what stands there for another, the whole of a part.
static int64_t resolve(const Linking *linking, SnapshotAddress address, bool *ret_is_default)
{
    for (int step = 0; step < CHAIN_MAX; step++) {
        int64_t place = find_place(linking, address);
        if (place != NOWHERE)
            return place;
        const SnapshotStandIn *stand_in = find_stand_in(linking, address);
        if (!stand_in)
            break;
        if (ret_is_default)
            *ret_is_default |= stand_in->is_default;
        address = stand_in->stands_for;
    }
    address.number = 0;
    return find_place(linking, address);
}

static void add_edge(Linking *linking, int64_t from, int64_t to, SnapshotEdgeKind kind)
{
    if (from != NOWHERE && to != NOWHERE && from != to)
        *vec_append(linking->arena, &linking->snapshot->edges) =
            (SnapshotEdge){(uint32_t)from, (uint32_t)to, kind};
}

static SnapshotEdgeKind kind_of(char deptype)
{
    switch (deptype) {
    case 'i':
        return SNAPSHOT_EDGE_INNER;
    case 'a':
    case 'P': // of partitions: with the whole and with the parent
    case 'S':
        return SNAPSHOT_EDGE_PART;
    default:
        return SNAPSHOT_EDGE_NORMAL;
    }
}

static void link_dependency(Linking *linking, const SnapshotDependency *dependency)
{
    bool is_default = false;
    int64_t from = resolve(linking, dependency->of, &is_default);
    int64_t to = resolve(linking, dependency->on, NULL);
    add_edge(linking, from, to, is_default ? SNAPSHOT_EDGE_DEFAULT : kind_of(dependency->kind));
}

// A column's relation, what is said of a thing.
static void link_parts(Linking *linking)
{
    const Snapshot *snapshot = linking->snapshot;
    for (size_t i = 0; i < snapshot->objects.len; i++) {
        const SnapshotObject *object = &snapshot->objects.items[i];
        SnapshotAddress address = object->address;
        if (!address.class)
            continue;
        if (is_saying(object)) {
            add_edge(linking, (int64_t)i, resolve(linking, address, NULL), SNAPSHOT_EDGE_PART);
        } else if (address.number) {
            address.number = 0;
            add_edge(linking, (int64_t)i, resolve(linking, address, NULL), SNAPSHOT_EDGE_PART);
        }
    }
}

static int by_edge(const void *left, const void *right)
{
    return snapshot_edge_compare(left, right);
}

static void drop_repeated(Snapshot *snapshot)
{
    vec_sort(&snapshot->edges, by_edge);
    size_t kept = 0;
    for (size_t i = 0; i < snapshot->edges.len; i++)
        if (!kept || by_edge(&snapshot->edges.items[kept - 1], &snapshot->edges.items[i]) != 0)
            snapshot->edges.items[kept++] = snapshot->edges.items[i];
    snapshot->edges.len = kept;
}

void snapshot_link(Arena *arena, Snapshot *snapshot, SnapshotStandIns *stand_ins,
                   const SnapshotDependencies *dependencies)
{
    Linking linking = {.arena = arena, .snapshot = snapshot, .stand_ins = stand_ins};
    vec_sort(stand_ins, by_stand_in);
    for (size_t i = 0; i < snapshot->objects.len; i++) {
        const SnapshotObject *object = &snapshot->objects.items[i];
        if (object->address.class && !is_saying(object))
            *vec_append(arena, &linking.places) = (Place){object->address, (uint32_t)i};
    }
    vec_sort(&linking.places, by_place);
    snapshot->edges.len = 0;
    link_parts(&linking);
    VEC_EACH (const SnapshotDependency, dependency, dependencies)
        link_dependency(&linking, dependency);
    drop_repeated(snapshot);
    snapshot_note_defaults(snapshot);
    snapshot->has_edges = true;
}
