// Which table or sequence a statement of the up means, and whether it was there before.
#include "check/rollback_data_private.h"

#include "sql/quote.h"

#include <string.h>

static const char *placed(Reading *reading, const Node *node, const char *what)
{
    Position position =
        node ? parsed_position(reading->parsed, node) : reading->parsed->statement.position;
    return arena_printf(reading->arena, "line %d: %s", position.line, what);
}

void reading_refuse(Reading *reading, const Node *node, const char *what)
{
    *vec_append(reading->arena, &reading->data->refused) = placed(reading, node, what);
}

void reading_doubt(Reading *reading, const Node *node, const char *what)
{
    *vec_append(reading->arena, &reading->data->doubts) = placed(reading, node, what);
}

bool snapshot_has_address(const Snapshot *snapshot, const char *kind, SnapshotAddress address)
{
    VEC_EACH (const SnapshotObject, object, &snapshot->objects)
        if (snapshot_address_compare(&object->address, &address) == 0 &&
            strcmp(object->kind, kind) == 0)
            return true;
    return false;
}

// By its last part alone where no schema is said: a search_path is not known here.
static const SnapshotObject *find(Reading *reading, const Snapshot *snapshot, const char *kind,
                                  const char *schema, const char *bare, size_t *ret_count)
{
    Arena *arena = reading->arena;
    const char *name = quote_name(arena, bare);
    const char *tail = arena_printf(arena, ".%s", name);
    const SnapshotObject *found = NULL;
    *ret_count = 0;
    if (*schema) {
        found = snapshot_find(snapshot, kind,
                              arena_printf(arena, "%s.%s", quote_name(arena, schema), name));
        *ret_count = found != NULL;
        return found;
    }
    VEC_EACH (const SnapshotObject, object, &snapshot->objects)
        if (strcmp(object->kind, kind) == 0 &&
            str_ends(str_from(object->identity), str_from(tail))) {
            found = object;
            ++*ret_count;
        }
    return found;
}

static bool is_child(const SnapshotObject *object, Str parent)
{
    Str value;
    static const char *const NAMES[] = {"inherits", "partition of"};
    if (strcmp(object->kind, "table") != 0 || !object->text)
        return false;
    for (size_t i = 0; i < sizeof NAMES / sizeof *NAMES; i++)
        if (snapshot_attribute_find(object->text, str_from(NAMES[i]), &value) &&
            str_find(value, parent) >= 0)
            return true;
    return false;
}

// A table that was there and became a part of this one.
static bool has_old_child(const Reading *reading, const char *table)
{
    VEC_EACH (const SnapshotObject, object, &reading->after->objects)
        if (is_child(object, str_from(table)) &&
            (snapshot_has_address(reading->before, "table", object->address) ||
             has_old_child(reading, object->identity)))
            return true;
    return false;
}

TableAge reading_age(Reading *reading, const Node *relation, const char **ret_identity)
{
    size_t old_count;
    size_t new_count;
    const char *schema = node_text(relation, "schemaname");
    const char *name = node_text(relation, "relname");
    const SnapshotObject *old = find(reading, reading->before, "table", schema, name, &old_count);
    const SnapshotObject *now = find(reading, reading->after, "table", schema, name, &new_count);
    if (old_count > 1 || new_count > 1)
        return TABLE_UNKNOWN;
    if (old) {
        *ret_identity = old->identity;
        return TABLE_OLD;
    }
    bool is_new = now && !snapshot_has_address(reading->before, "table", now->address) &&
                  !has_old_child(reading, now->identity);
    if (is_new)
        *ret_identity = now->identity;
    return is_new ? TABLE_NEW : TABLE_UNKNOWN;
}

bool reading_is_new_sequence(Reading *reading, const char *schema, const char *name)
{
    size_t old_count;
    size_t new_count;
    const SnapshotObject *now = find(reading, reading->after, "sequence", schema, name, &new_count);
    find(reading, reading->before, "sequence", schema, name, &old_count);
    return old_count == 0 && new_count == 1 &&
           !snapshot_has_address(reading->before, "sequence", now->address);
}
