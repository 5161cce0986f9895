// What a drop or a change does to what depends on it.
#include "catalog/change/changing.h"

// A drop loses rows, or is not the schema's own to undo.
static const char *const LASTING[] = {
    "attribute",    "column", "database", "extension",    "foreign table",
    "large object", "schema", "sequence", "subscription", "table",
};

// What PostgreSQL does not change along with a column's type.
static const char *const READING[] = {
    "function", "materialized view", "policy", "procedure", "publication table",
    "rule",     "trigger",           "view",
};

static bool is_among(const char *kind, const char *const *kinds, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(kind, kinds[i]) == 0)
            return true;
    return false;
}

static bool is_generated(const SnapshotObject *object)
{
    Str expression;
    return snapshot_attribute_find(object->text, STR("generated"), &expression);
}

bool changing_is_rebuildable(const ChangeItem *item)
{
    const SnapshotObject *object = change_object(item);
    if (item->aspect != ASPECT_WHOLE)
        return true;
    if (strcmp(object->kind, "column") == 0)
        return item->then && item->now && is_generated(item->then) && is_generated(item->now);
    return !is_among(object->kind, LASTING, sizeof LASTING / sizeof *LASTING);
}

static bool is_view(const Changing *changing, const SnapshotObject *column)
{
    return ddl_part_find(&changing->now.parts, "", "view", column->parent) ||
           ddl_part_find(&changing->now.parts, "", "materialized view", column->parent);
}

// A view's columns come and go with it.
static bool is_of_view(const Changing *changing, const ChangeItem *item)
{
    return item->aspect == ASPECT_WHOLE && item->now && change_is_kind(item, "column") &&
           is_view(changing, item->now);
}

typedef struct Spreading {
    Changing *changing;
    VEC(int) waiting; // items whose dependents are to be looked at
} Spreading;

static void wait_for(Spreading *spreading, int item)
{
    *vec_append(spreading->changing->arena, &spreading->waiting) = item;
}

static void rebuild(Spreading *spreading, int index)
{
    ChangeItem *item = &spreading->changing->items.items[index];
    if (item->is_dropped)
        return;
    item->is_dropped = true;
    item->is_made = item->now != NULL;
    item->is_altered = item->is_disturbing = false;
    wait_for(spreading, index);
}

static void refuse_dependent(Changing *changing, const ChangeItem *on, const ChangeItem *dependent)
{
    const SnapshotObject *object = change_object(on);
    const SnapshotObject *other = change_object(dependent);
    changing_refuse(changing,
                    "%s %s: it can only be dropped and made again, and %s %s, which depends on it, "
                    "would lose what it holds",
                    object->kind, object->identity, other->kind, other->identity);
}

static void spread_drop(Spreading *spreading, const ChangeItem *on, const ChangeEdge *edge)
{
    Changing *changing = spreading->changing;
    const ChangeItem *dependent = &changing->items.items[edge->from];
    if (dependent->is_dropped)
        return;
    if (changing_is_rebuildable(dependent) || is_of_view(changing, dependent))
        rebuild(spreading, edge->from);
    else if (on->is_made) // else it no longer needs it, and is changed before
        refuse_dependent(changing, on, dependent);
}

static void spread_change(Spreading *spreading, const ChangeEdge *edge)
{
    const ChangeItem *dependent = &spreading->changing->items.items[edge->from];
    const char *kind = change_object(dependent)->kind;
    bool is_default = dependent->aspect == ASPECT_DEFAULT && edge->is_part;
    bool is_column = dependent->aspect == ASPECT_WHOLE && strcmp(kind, "column") == 0;
    if (is_default ||
        (dependent->aspect == ASPECT_WHOLE &&
         is_among(kind, READING, sizeof READING / sizeof *READING)) ||
        (is_column && changing_is_rebuildable(dependent)))
        rebuild(spreading, edge->from);
}

static void spread_from(Spreading *spreading, int index)
{
    const ChangeSide *side = &spreading->changing->then;
    for (size_t i = side->first_to[index]; i < side->first_to[index + 1]; i++) {
        const ChangeItem *on = &spreading->changing->items.items[index];
        const ChangeEdge *edge = &side->edges.items[i];
        if (edge->is_of_time)
            continue;
        if (on->is_dropped)
            spread_drop(spreading, on, edge);
        else if (on->is_disturbing)
            spread_change(spreading, edge);
    }
}

void changing_spread(Changing *changing)
{
    Spreading spreading = {.changing = changing};
    for (size_t i = 0; i < changing->items.len; i++)
        if (changing->items.items[i].is_dropped || changing->items.items[i].is_disturbing)
            wait_for(&spreading, (int)i);
    for (size_t i = 0; i < spreading.waiting.len; i++)
        spread_from(&spreading, spreading.waiting.items[i]);
}
