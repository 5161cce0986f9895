// What two schemas tell of rows: tables, columns and sequences that are gone or made anew, types
// whose values may not come back.
#include "check/rollback_data_private.h"

#include <stdlib.h>
#include <string.h>

static Str attribute(const SnapshotObject *object, const char *name)
{
    Str value = {0};
    return object->text && snapshot_attribute_find(object->text, str_from(name), &value) ? value
                                                                                         : (Str){0};
}

static void destroyed(Arena *arena, RollbackData *data, const char *what,
                      const SnapshotObject *object)
{
    *vec_append(arena, &data->destroyed) = arena_printf(arena, "%s %s", what, object->identity);
}

// "varchar(20)" gives 20; without a length -1.
static long length_of(Str type)
{
    Str inside = str_skip(type, str_until(type, '(').n);
    return inside.n > 1 ? strtol(inside.p + 1, NULL, 10) : -1;
}

static int place_among(Str type, const char *const *types)
{
    for (int i = 0; types[i]; i++)
        if (str_eq(type, str_from(types[i])))
            return i;
    return -1;
}

// Every old value is a value of the new type, and comes back from it.
static bool is_widening(Str then, Str now)
{
    static const char *const WHOLE[] = {"smallint", "integer", "bigint", "numeric", NULL};
    static const char *const FLOATING[] = {"real", "double precision", NULL};
    static const Str VARYING = STR("character varying");
    int from = place_among(then, WHOLE);
    int to = place_among(now, WHOLE);
    if (from >= 0 && to >= from)
        return true;
    from = place_among(then, FLOATING);
    to = place_among(now, FLOATING);
    if (from >= 0 && to >= from)
        return true;
    bool is_text = str_eq(now, STR("text")) || str_eq(now, VARYING);
    if (str_starts(then, VARYING) || str_eq(then, STR("text")))
        return is_text || (str_starts(now, VARYING) && length_of(then) >= 0 &&
                           length_of(now) >= length_of(then));
    return false;
}

static void compare_column(Arena *arena, const SnapshotObject *then, const SnapshotObject *now,
                           RollbackData *data)
{
    Str was = attribute(then, "type");
    Str is = attribute(now, "type");
    if (!str_eq(was, is) && !is_widening(was, is))
        *vec_append(arena, &data->doubts) =
            arena_printf(arena,
                         "column %s: from " STR_FMT " to " STR_FMT
                         ", and whether every value comes back is only known of generated rows",
                         then->identity, STR_ARG(was), STR_ARG(is));
}

static const SnapshotObject *at_address(const Snapshot *snapshot, const SnapshotObject *wanted)
{
    VEC_EACH (const SnapshotObject, object, &snapshot->objects)
        if (object->address.oid == wanted->address.oid &&
            object->address.number == wanted->address.number &&
            strcmp(object->kind, wanted->kind) == 0)
            return object;
    return NULL;
}

// Its type stays, with the values that columns of the type have.
static bool is_taken_from_type(const Snapshot *after, const SnapshotObject *attribute)
{
    return !at_address(after, attribute) &&
           snapshot_find(after, "composite type", attribute->parent);
}

void rollback_data_schemas(Arena *arena, const Snapshot *before, const Snapshot *after,
                           RollbackData *data)
{
    VEC_EACH (const SnapshotObject, object, &before->objects) {
        const SnapshotObject *equal = snapshot_find(after, object->kind, object->identity);
        if (equal && strcmp(equal->sha256, object->sha256) == 0 &&
            equal->address.oid == object->address.oid &&
            equal->address.number == object->address.number)
            continue;
        if (strcmp(object->kind, "table") == 0 &&
            !snapshot_has_address(after, "table", object->address))
            destroyed(arena, data, "rows of table", object);
        else if (strcmp(object->kind, "sequence") == 0 &&
                 !snapshot_has_address(after, "sequence", object->address))
            destroyed(arena, data, "the position of sequence", object);
        else if (strcmp(object->kind, "attribute") == 0 && is_taken_from_type(after, object))
            destroyed(arena, data, "values of attribute", object);
        else if (strcmp(object->kind, "column") == 0 && !attribute(object, "generated").n) {
            const SnapshotObject *now = at_address(after, object);
            SnapshotAddress table = object->address;
            table.number = 0;
            if (now)
                compare_column(arena, object, now, data);
            else if (snapshot_has_address(after, "table", table))
                destroyed(arena, data, "values of column", object);
        }
    }
}
