// Between two databases nothing says that two names are one thing: where all but the name is the
// same, the rename is offered.
#include "catalog/change/changing.h"
#include "catalog/ddl/ddl_relation.h"

static bool holds_something(const SnapshotObject *object)
{
    static const char *const KINDS[] = {"column", "schema", "sequence", "table"};
    for (size_t i = 0; i < sizeof KINDS / sizeof *KINDS; i++)
        if (strcmp(object->kind, KINDS[i]) == 0)
            return true;
    return false;
}

typedef VEC(const SnapshotObject *) Objects;

static Objects dropped_objects(Changing *changing)
{
    Objects objects = {0};
    VEC_EACH (const ChangeItem, item, &changing->items)
        if (item->aspect == ASPECT_WHOLE && item->then && !item->now && item->then->address.oid &&
            holds_something(item->then))
            *vec_append(changing->arena, &objects) = item->then;
    return objects;
}

// How a person would do it. NULL: it follows from what it belongs to.
static const char *statement(const Changing *changing, const SnapshotObject *then,
                             const SnapshotObject *now)
{
    bool is_column = strcmp(then->kind, "column") == 0;
    const char *old = is_column ? ddl_part_name(then) : ddl_bare_name(then->identity);
    const char *new = is_column ? ddl_part_name(now) : ddl_bare_name(now->identity);
    if (is_column)
        return strcmp(old, new) == 0
                   ? NULL
                   : arena_printf(changing->arena, "ALTER TABLE %s RENAME COLUMN %s TO %s",
                                  now->parent, old, new);
    const char *word = strcmp(then->kind, "table") == 0    ? "TABLE"
                       : strcmp(then->kind, "schema") == 0 ? "SCHEMA"
                                                           : "SEQUENCE";
    if (strcmp(old, new) != 0)
        return arena_printf(changing->arena, "ALTER %s %s RENAME TO %s", word, then->identity, new);
    Str schema = {now->identity, (size_t)(new - now->identity) - 1};
    return arena_printf(changing->arena, "ALTER %s %s SET SCHEMA " STR_FMT, word, then->identity,
                        STR_ARG(schema));
}

static bool is_same_text(const SnapshotObject *left, const SnapshotObject *right)
{
    return strcmp(left->text, right->text) == 0;
}

static bool has_same_columns(const Changing *changing, const SnapshotObject *then,
                             const SnapshotObject *now)
{
    const SnapshotObject *const *old;
    const SnapshotObject *const *new;
    size_t count = ddl_parts_of(&changing->then.parts, then->identity, "column", &old);
    if (ddl_parts_of(&changing->now.parts, now->identity, "column", &new) != count)
        return false;
    for (size_t i = 0; i < count; i++)
        if (strcmp(ddl_part_name(old[i]), ddl_part_name(new[i])) != 0 ||
            !is_same_text(old[i], new[i]))
            return false;
    return true;
}

static bool is_alike(const Changing *changing, const SnapshotObject *then,
                     const SnapshotObject *now)
{
    if (strcmp(then->kind, now->kind) != 0 || !is_same_text(then, now))
        return false;
    if (strcmp(then->kind, "column") == 0)
        return strcmp(then->parent, now->parent) == 0;
    return strcmp(then->kind, "table") == 0 && has_same_columns(changing, then, now);
}

void changing_offer(Changing *changing)
{
    if (changing_is_one_database(changing))
        return;
    Objects dropped = dropped_objects(changing);
    VEC_EACH (const ChangeItem, item, &changing->items) {
        if (item->aspect != ASPECT_WHOLE || item->then || !holds_something(item->now))
            continue;
        for (size_t i = 0; i < dropped.len; i++) {
            const char *sql = is_alike(changing, dropped.items[i], item->now)
                                  ? statement(changing, dropped.items[i], item->now)
                                  : NULL;
            if (sql)
                *vec_append(changing->arena, &changing->change->offers) = arena_printf(
                    changing->arena, "perhaps only renamed, then run this instead: %s", sql);
        }
    }
}
