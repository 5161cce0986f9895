// The statements of a step.
#include "catalog/change/changing.h"

static void take(Changing *changing, Ddl *ddl)
{
    if (ddl->refusal)
        changing_refuse(changing, "%s", ddl->refusal);
    VEC_EACH (const DdlStatement, statement, &ddl->statements)
        *vec_append(changing->arena, &changing->change->statements) = *statement;
}

static void drop_beside(Ddl *ddl, const ChangeItem *item)
{
    const SnapshotObject *object = item->then;
    const char *parent = ddl_value(ddl, object, "partition of");
    switch (item->aspect) {
    case ASPECT_DEFAULT:
        ddl_add(ddl, "ALTER TABLE ONLY %s ALTER COLUMN %s DROP DEFAULT", object->parent,
                ddl_part_name(object));
        break;
    case ASPECT_OWNERSHIP:
        ddl_add(ddl, "ALTER SEQUENCE %s OWNED BY NONE", object->identity);
        break;
    case ASPECT_ATTACHMENT:
        if (parent)
            ddl_add(ddl, "ALTER TABLE %s DETACH PARTITION %s", parent, object->identity);
        else
            ddl_add_parents(ddl, object, item->now, "NO INHERIT");
        break;
    case ASPECT_WHOLE:
        break;
    }
}

static void make_beside(Ddl *ddl, const ChangeItem *item)
{
    const SnapshotObject *object = item->now;
    const char *parent = ddl_value(ddl, object, "partition of");
    switch (item->aspect) {
    case ASPECT_DEFAULT:
        ddl_add(ddl, "ALTER TABLE ONLY %s ALTER COLUMN %s SET DEFAULT %s", object->parent,
                ddl_part_name(object), ddl_value(ddl, object, "default"));
        break;
    case ASPECT_OWNERSHIP:
        ddl_add(ddl, "ALTER SEQUENCE %s OWNED BY %s", object->identity,
                ddl_value(ddl, object, "owned by"));
        break;
    case ASPECT_ATTACHMENT:
        if (parent)
            ddl_add(ddl, "ALTER TABLE ONLY %s ATTACH PARTITION %s %s", parent, object->identity,
                    ddl_value(ddl, object, "bound"));
        else if (item->then && !ddl_has_parents_order(ddl, item->then, object))
            ddl_refuse(ddl, "%s %s: the order of what it inherits from cannot be changed",
                       object->kind, object->identity);
        else
            ddl_add_parents(ddl, object, item->then, "INHERIT");
        break;
    case ASPECT_WHOLE:
        break;
    }
}

void changing_emit_drop(Changing *changing, int index)
{
    const ChangeItem *item = &changing->items.items[index];
    Ddl ddl = changing_ddl(changing);
    if (item->aspect != ASPECT_WHOLE)
        drop_beside(&ddl, item);
    else if (item->kind)
        item->kind->drop(&ddl, item->then);
    else
        ddl_refuse(&ddl, "%s %s: there is no SQL for such objects", item->then->kind,
                   item->then->identity);
    take(changing, &ddl);
}

// REVOKE on a table takes what its columns have.
static void grant_columns_again(Ddl *ddl, const SnapshotObject *table)
{
    const SnapshotObject *const *columns;
    size_t count = ddl_parts_of(ddl->now, table->identity, "column", &columns);
    for (size_t i = 0; i < count; i++)
        ddl_set_privileges(ddl, ddl_kind("column"), NULL, columns[i], NULL);
}

// With its owner, privileges come as they are wanted; then those that came along.
static void make_whole(Ddl *ddl, const ChangeItem *item, bool is_hosted)
{
    if (!item->kind) {
        ddl_refuse(ddl, "%s %s: there is no SQL for such objects", item->now->kind,
                   item->now->identity);
        return;
    }
    bool is_said = is_hosted && !change_is_kind(item, "attribute");
    if (!is_said && !item->kind->create(ddl, item->now))
        return;
    if (!is_said)
        ddl_set_owner(ddl, item->kind, NULL, item->now);
    ddl_set_privileges(ddl, item->kind, NULL, item->now, NULL);
}

static void make_guests(Changing *changing, Ddl *ddl, const ChangeItem *host)
{
    for (int guest = host->first_guest; guest != NO_ITEM;
         guest = changing->items.items[guest].next_guest)
        if (changing->items.items[guest].aspect == ASPECT_WHOLE)
            make_whole(ddl, &changing->items.items[guest], true);
}

void changing_emit_alter(Changing *changing, int index)
{
    ChangeItem *item = &changing->items.items[index];
    bool has_revoked = false;
    Ddl *ddl = &item->alter;
    ddl_set_owner(ddl, item->kind, item->then, item->now);
    ddl_set_privileges(ddl, item->kind, item->then, item->now, &has_revoked);
    if (has_revoked && !item->now->parent)
        grant_columns_again(ddl, item->now);
    make_guests(changing, ddl, item);
    take(changing, ddl);
}

void changing_emit_make(Changing *changing, int index)
{
    const ChangeItem *item = &changing->items.items[index];
    Ddl ddl = changing_ddl(changing);
    if (item->aspect != ASPECT_WHOLE) {
        make_beside(&ddl, item);
    } else {
        make_whole(&ddl, item, false);
        make_guests(changing, &ddl, item);
    }
    take(changing, &ddl);
}
