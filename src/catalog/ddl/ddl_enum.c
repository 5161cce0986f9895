// Enums: labels are only ever added, each in its place.
#include "catalog/ddl/ddl_kinds.h"
#include "catalog/ddl/ddl_text.h"

static bool create_enum(Ddl *ddl, const SnapshotObject *object)
{
    const char *labels = ddl_value(ddl, object, "labels");
    ddl_add(ddl, "CREATE TYPE %s AS ENUM (%s)", object->identity, labels ? labels : "");
    return true;
}

static bool drop_type(Ddl *ddl, const SnapshotObject *object)
{
    ddl_add(ddl, "DROP TYPE %s", object->identity);
    return true;
}

// The labels of `then` all stand in `now`, in their order; else the first one that does not.
static const Str *first_missing(const DdlItems *then, const DdlItems *now)
{
    size_t at = 0;
    VEC_EACH (const Str, label, then) {
        while (at < now->len && !str_eq(now->items[at], *label))
            at++;
        if (at == now->len)
            return label;
        at++;
    }
    return NULL;
}

static bool refuse_labels(Ddl *ddl, const SnapshotObject *object, Str label, const DdlItems *now)
{
    if (ddl_has_item(now, label))
        return ddl_refuse(ddl,
                          "enum %s: its labels stand in another order, which PostgreSQL cannot "
                          "change: label " STR_FMT,
                          object->identity, STR_ARG(label));
    return ddl_refuse(ddl,
                      "enum %s: label " STR_FMT " is gone, and PostgreSQL removes none; if it was "
                      "renamed: ALTER TYPE %s RENAME VALUE " STR_FMT " TO ...",
                      object->identity, STR_ARG(label), object->identity, STR_ARG(label));
}

static DdlResult change_enum(Ddl *ddl, const SnapshotObject *then, const SnapshotObject *now)
{
    DdlItems old = ddl_items(ddl->arena, ddl_value(ddl, then, "labels"));
    DdlItems new = ddl_items(ddl->arena, ddl_value(ddl, now, "labels"));
    const Str *missing = first_missing(&old, &new);
    if (missing) {
        refuse_labels(ddl, now, *missing, &new);
        return DDL_REFUSED;
    }
    for (size_t i = 0; i < new.len; i++) {
        Str label = new.items[i];
        if (ddl_has_item(&old, label))
            continue;
        const char *place = "";
        if (i > 0)
            place = arena_printf(ddl->arena, " AFTER " STR_FMT, STR_ARG(new.items[i - 1]));
        else if (old.len)
            place = arena_printf(ddl->arena, " BEFORE " STR_FMT, STR_ARG(old.items[0]));
        ddl_add_outside(ddl, "ALTER TYPE %s ADD VALUE " STR_FMT "%s", now->identity, STR_ARG(label),
                        place);
    }
    return DDL_DONE;
}

const DdlKind DDL_ENUM = {
    .kind = "enum",
    .owner_word = "TYPE",
    .grant_word = "TYPE",
    .create = create_enum,
    .drop = drop_type,
    .change = change_enum,
};
