// Columns stand in the order in which they came: ALTER TABLE appends, and nothing moves one.
#include "catalog/change/changing.h"

static bool is_kept(const Changing *changing, const SnapshotObject *column, int *ret_then)
{
    int index = changing->now.whole[column - changing->now.snapshot->objects.items];
    const ChangeItem *item = index == NO_ITEM ? NULL : &changing->items.items[index];
    if (!item || !item->then || item->is_dropped)
        return false;
    *ret_then = item->then->address.number;
    return true;
}

static void check_table(Changing *changing, const SnapshotObject *table)
{
    const SnapshotObject *const *columns;
    bool is_type = strcmp(table->kind, "composite type") == 0;
    size_t count = ddl_parts_of(&changing->now.parts, table->identity,
                                is_type ? "attribute" : "column", &columns);
    int last = 0;
    const SnapshotObject *added = NULL;
    for (size_t i = 0; i < count; i++) {
        int number = 0;
        if (!is_kept(changing, columns[i], &number)) {
            added = added ? added : columns[i];
        } else if (added || number < last) {
            changing_refuse(
                changing,
                "%s %s: column %s would have to stand behind %s, and " SCHEMA_CHANGE_COLUMN_ORDER,
                table->kind, table->identity, ddl_part_name(added ? added : columns[i]),
                ddl_part_name(added ? columns[i] : columns[i - 1]));
            return;
        } else {
            last = number;
        }
    }
}

// After a dump the inherited ones come first: no order is wrong then.
static bool has_order(const Changing *changing, const ChangeItem *item)
{
    Str parents;
    return changing->scope == SNAPSHOT_WHOLE ||
           !snapshot_attribute_find(item->now->text, STR("inherits"), &parents);
}

void changing_check_columns(Changing *changing)
{
    VEC_EACH (const ChangeItem, item, &changing->items)
        if (item->aspect == ASPECT_WHOLE && item->then && item->now && !item->is_made &&
            (change_is_table(item->now) || change_is_kind(item, "composite type")) &&
            has_order(changing, item))
            check_table(changing, item->now);
}
