// Two moments of one database: what has another name, but the same address, is renamed first. All
// else is worked out from the snapshot as it is behind that.
#include "catalog/change/renaming.h"
#include "catalog/ddl/ddl_text.h"

#include <stdlib.h>

static int by_address(const void *left, const void *right)
{
    const SnapshotObject *a = *(const SnapshotObject *const *)left;
    const SnapshotObject *b = *(const SnapshotObject *const *)right;
    int order = strcmp(a->kind, b->kind);
    return order ? order : snapshot_address_compare(&a->address, &b->address);
}

typedef VEC(const SnapshotObject *) Objects;

static Objects with_addresses(Arena *arena, const Snapshot *snapshot)
{
    Objects objects = {0};
    VEC_EACH (const SnapshotObject, object, &snapshot->objects)
        if (object->address.oid)
            *vec_append(arena, &objects) = object;
    vec_sort(&objects, by_address);
    return objects;
}

// Several labels of one thing have one address, and are told apart by name.
static bool is_alone(const Objects *objects, size_t at)
{
    return (at == 0 || by_address(&objects->items[at - 1], &objects->items[at]) != 0) &&
           (at + 1 == objects->len ||
            by_address(&objects->items[at], &objects->items[at + 1]) != 0);
}

// False: nothing has another name.
static bool pair_by_address(Renaming *renaming)
{
    Objects old = with_addresses(renaming->arena, renaming->then);
    Objects new = with_addresses(renaming->arena, renaming->now);
    bool has_renamed = false;
    size_t i = 0;
    size_t j = 0;
    while (i < old.len && j < new.len) {
        int order = by_address(&old.items[i], &new.items[j]);
        if (order == 0 && is_alone(&old, i) && is_alone(&new, j)) {
            renaming->same[renaming_place(renaming, old.items[i])] = new.items[j];
            has_renamed |= strcmp(old.items[i]->identity, new.items[j]->identity) != 0;
        }
        i += order <= 0;
        j += order >= 0;
    }
    return has_renamed;
}

// The server has them in other databases, too, and a password of the old form goes with the name.
static bool refuse_roles(Renaming *renaming)
{
    bool has_refused = false;
    VEC_EACH (const SnapshotObject, object, &renaming->then->objects) {
        const SnapshotObject *now = renaming->same[renaming_place(renaming, object)];
        if (strcmp(object->kind, "role") != 0 || !now ||
            strcmp(object->identity, now->identity) == 0)
            continue;
        changing_refuse(renaming->changing,
                        "role %s: it is called %s now, and would be dropped and made again; rename "
                        "it first: ALTER ROLE %s RENAME TO %s",
                        object->identity, now->identity, object->identity, now->identity);
        has_refused = true;
    }
    return has_refused;
}

// PostgreSQL takes no label away and moves none: where there are as many, each is in its place.
static void find_labels(Renaming *renaming)
{
    Ddl ddl = {.arena = renaming->arena};
    VEC_EACH (const SnapshotObject, object, &renaming->then->objects) {
        const SnapshotObject *now = renaming->same[renaming_place(renaming, object)];
        if (!now || strcmp(object->kind, "enum") != 0 || !ddl_differs(object, now, "labels"))
            continue;
        DdlItems old = ddl_items(renaming->arena, ddl_value(&ddl, object, "labels"));
        DdlItems new = ddl_items(renaming->arena, ddl_value(&ddl, now, "labels"));
        for (size_t i = 0; old.len == new.len &&i < old.len; i++)
            if (!str_eq(old.items[i], new.items[i]))
                *vec_append(renaming->arena, &renaming->labels) =
                    (RenamedLabel){object, old.items[i], new.items[i]};
    }
}

static const SnapshotObject *find_now(const Renaming *renaming, const SnapshotObject *object)
{
    int place = renaming_place(renaming, object);
    const SnapshotObject *same = renaming->same[place];
    return same ? same : snapshot_find(renaming->now, object->kind, renaming->identities[place]);
}

// What has no name of its own is called after what it is said of.
static void name_the_rest(Renaming *renaming)
{
    VEC_EACH (const SnapshotObject, object, &renaming->then->objects) {
        int place = renaming_place(renaming, object);
        const SnapshotObject *now = renaming->same[place];
        renaming->identities[place] = now ? now->identity : renaming->identities[place];
        renaming->parents[place] = now ? now->parent : NULL;
    }
    VEC_EACH (const SnapshotObject, object, &renaming->then->objects) {
        int place = renaming_place(renaming, object);
        if (renaming->same[place])
            continue;
        if (renaming->naming_of[place] == NO_PLACE)
            renaming->identities[place] = renaming_replace(renaming, object, object->identity);
        if (object->parent)
            renaming->parents[place] = renaming_replace(renaming, object, object->parent);
    }
}

typedef struct Moved {
    SnapshotObject object;
    size_t from;
} Moved;

static int by_identity(const void *left, const void *right)
{
    return snapshot_object_compare(&((const Moved *)left)->object, &((const Moved *)right)->object);
}

static int by_ends(const void *left, const void *right)
{
    return snapshot_edge_compare(left, right);
}

// What was moved into another schema depends on that.
static uint32_t target_of(const Renaming *renaming, const size_t *places, const Snapshot *behind,
                          const SnapshotEdge *edge)
{
    const SnapshotObject *to = &renaming->then->objects.items[edge->to];
    const char *schema = renaming->schemas[edge->from];
    const SnapshotObject *found =
        schema && strcmp(to->kind, "schema") == 0 ? snapshot_find(behind, "schema", schema) : NULL;
    return found ? (uint32_t)(found - behind->objects.items) : (uint32_t)places[edge->to];
}

static void copy_edges(Renaming *renaming, const size_t *places, Snapshot *behind)
{
    vec_reserve(renaming->arena, &behind->edges, renaming->then->edges.len);
    VEC_EACH (const SnapshotEdge, edge, &renaming->then->edges)
        *vec_append(renaming->arena, &behind->edges) = (SnapshotEdge){
            (uint32_t)places[edge->from], target_of(renaming, places, behind, edge), edge->kind};
    vec_sort(&behind->edges, by_ends);
}

static const Snapshot *snapshot_behind(Renaming *renaming)
{
    Arena *arena = renaming->arena;
    size_t count = renaming->then->objects.len;
    VEC(Moved) all = {0};
    VEC_EACH (const SnapshotObject, object, &renaming->then->objects) {
        int place = renaming_place(renaming, object);
        Moved moved = {.object = *object, .from = (size_t)place};
        moved.object.identity = renaming->identities[place];
        moved.object.parent = renaming->parents[place];
        moved.object.text = renaming_text(renaming, object, find_now(renaming, object));
        *vec_append(arena, &all) = moved;
    }
    VEC_EACH (const SnapshotObject *const, schema, &renaming->made_schemas)
        *vec_append(arena, &all) = (Moved){.object = **schema, .from = count};
    vec_sort(&all, by_identity);
    Snapshot *behind = arena_alloc(arena, sizeof *behind);
    size_t *places = arena_alloc_array(arena, count + 1, sizeof *places);
    *behind = *renaming->then;
    behind->objects.items = NULL;
    behind->objects.len = behind->objects.cap = 0;
    behind->edges.items = NULL;
    behind->edges.len = behind->edges.cap = 0;
    VEC_EACH (const Moved, moved, &all) {
        places[moved->from] = behind->objects.len;
        *vec_append(arena, &behind->objects) = moved->object;
    }
    snapshot_seal(arena, behind);
    copy_edges(renaming, places, behind);
    return behind;
}

static bool has_renamed_enum(const Renaming *renaming)
{
    VEC_EACH (const SnapshotObject, object, &renaming->then->objects)
        if (strcmp(object->kind, "enum") == 0 &&
            strcmp(renaming->identities[renaming_place(renaming, object)], object->identity) != 0)
            return true;
    return renaming->labels.len != 0;
}

static void renaming_init(Renaming *renaming, Changing *changing)
{
    size_t count = changing->then.snapshot->objects.len + 1;
    *renaming = (Renaming){
        .arena = changing->arena,
        .changing = changing,
        .then = changing->then.snapshot,
        .now = changing->now.snapshot,
        .same = arena_alloc_array(changing->arena, count, sizeof *renaming->same),
        .identities = arena_alloc_array(changing->arena, count, sizeof *renaming->identities),
        .parents = arena_alloc_array(changing->arena, count, sizeof *renaming->parents),
        .schemas = arena_alloc_array(changing->arena, count, sizeof *renaming->schemas),
        .naming_of = arena_alloc_array(changing->arena, count, sizeof *renaming->naming_of),
    };
}

void changing_rename(Changing *changing)
{
    Renaming renaming;
    if (!changing_is_one_database(changing))
        return;
    renaming_init(&renaming, changing);
    bool has_renamed = pair_by_address(&renaming);
    find_labels(&renaming);
    if (refuse_roles(&renaming))
        return;
    if (!has_renamed && !renaming.labels.len)
        return;
    ddl_parts_fill(renaming.arena, renaming.then, &renaming.parts);
    renaming_name_all(&renaming);
    if (changing->change->refusals.len)
        return;
    name_the_rest(&renaming);
    changing->then.snapshot = snapshot_behind(&renaming);
    changing->renames = renaming.statements;
    changing->is_outside_renamed = has_renamed_enum(&renaming);
}
