// Range types, composite types with their attributes, and base types, which have no SQL here.
#include "catalog/ddl/ddl_kinds.h"
#include "catalog/ddl/ddl_text.h"

#include "base/text.h"

enum {
    TEXT_MAX = 1 << 20
};

static bool drop_type(Ddl *ddl, const SnapshotObject *object)
{
    ddl_add(ddl, "DROP TYPE %s", object->identity);
    return true;
}

typedef struct RangePart {
    const char *said; // in the attribute "range"
    const char *option;
    bool is_function;
} RangePart;

static const RangePart RANGE_PARTS[] = {
    {"subtype ", "SUBTYPE", false},
    {"operator class ", "SUBTYPE_OPCLASS", false},
    {"collation ", "COLLATION", false},
    {"subtype_diff ", "SUBTYPE_DIFF", true},
    {"multirange ", "MULTIRANGE_TYPE_NAME", false},
};

static bool append_range_part(const Ddl *ddl, Text *text, Str item)
{
    for (size_t i = 0; i < sizeof RANGE_PARTS / sizeof *RANGE_PARTS; i++) {
        const RangePart *part = &RANGE_PARTS[i];
        Str said = str_from(part->said);
        if (!str_starts(item, said))
            continue;
        const char *value = arena_dup(ddl->arena, str_skip(item, said.n));
        text_printf(text, "%s%s = %s", text->len ? ", " : "", part->option,
                    part->is_function ? ddl_signature_name(ddl->arena, value) : value);
        return true;
    }
    return false;
}

// A canonical function takes the type that it is made for.
static bool create_range(Ddl *ddl, const SnapshotObject *object)
{
    TEXT_SCOPED text;
    text_init(&text, TEXT_MAX);
    DdlItems items = ddl_items(ddl->arena, ddl_value(ddl, object, "range"));
    VEC_EACH (const Str, item, &items)
        if (!append_range_part(ddl, &text, *item))
            return ddl_refuse(ddl,
                              "range %s: it needs a function that needs the type (" STR_FMT
                              "): such a pair is made by hand",
                              object->identity, STR_ARG(*item));
    ddl_add(ddl, "CREATE TYPE %s AS RANGE (%s)", object->identity, text_cstr(&text));
    return true;
}

const DdlKind DDL_RANGE = {
    .kind = "range",
    .owner_word = "TYPE",
    .grant_word = "TYPE",
    .create = create_range,
    .drop = drop_type,
};

// Its attributes are objects of their own, and come behind it.
static bool create_composite(Ddl *ddl, const SnapshotObject *object)
{
    ddl_add(ddl, "CREATE TYPE %s AS ()", object->identity);
    return true;
}

static DdlResult change_composite(Ddl *ddl, const SnapshotObject *then, const SnapshotObject *now)
{
    return DDL_DONE; // it has nothing of its own
}

const DdlKind DDL_COMPOSITE_TYPE = {
    .kind = "composite type",
    .owner_word = "TYPE",
    .grant_word = "TYPE",
    .create = create_composite,
    .drop = drop_type,
    .change = change_composite,
};

// CASCADE: to the tables OF the type.
static bool create_attribute(Ddl *ddl, const SnapshotObject *object)
{
    ddl_add(ddl, "ALTER TYPE %s ADD ATTRIBUTE %s%s%s CASCADE", object->parent,
            ddl_part_name(object), ddl_clause(ddl, object, " ", "type"),
            ddl_clause(ddl, object, " COLLATE ", "collation"));
    return true;
}

static bool drop_attribute(Ddl *ddl, const SnapshotObject *object)
{
    ddl_add_loss(ddl,
                 arena_printf(ddl->arena, "what columns of type %s hold in attribute %s",
                              object->parent, ddl_part_name(object)),
                 "ALTER TYPE %s DROP ATTRIBUTE %s CASCADE", object->parent, ddl_part_name(object));
    return true;
}

static DdlResult change_attribute(Ddl *ddl, const SnapshotObject *then, const SnapshotObject *now)
{
    if (ddl_differs(then, now, "type") || ddl_differs(then, now, "collation"))
        ddl_add(ddl, "ALTER TYPE %s ALTER ATTRIBUTE %s%s%s CASCADE", now->parent,
                ddl_part_name(now), ddl_clause(ddl, now, " TYPE ", "type"),
                ddl_clause(ddl, now, " COLLATE ", "collation"));
    return DDL_DONE;
}

const DdlKind DDL_ATTRIBUTE = {
    .kind = "attribute",
    .create = create_attribute,
    .drop = drop_attribute,
    .change = change_attribute,
};

static bool refuse_base_type(Ddl *ddl, const SnapshotObject *object)
{
    return ddl_refuse(ddl,
                      "type %s: a base type and the functions that read and write it need each "
                      "other: such a type is made and dropped by hand",
                      object->identity);
}

static DdlResult change_base_type(Ddl *ddl, const SnapshotObject *then, const SnapshotObject *now)
{
    static const char *const PARTS[] = {"collation", "default", "functions", "layout"};
    for (size_t i = 0; i < sizeof PARTS / sizeof *PARTS; i++)
        if (ddl_differs(then, now, PARTS[i])) {
            refuse_base_type(ddl, now);
            return DDL_REFUSED;
        }
    return DDL_DONE;
}

const DdlKind DDL_TYPE = {
    .kind = "type",
    .owner_word = "TYPE",
    .grant_word = "TYPE",
    .create = refuse_base_type,
    .drop = refuse_base_type,
    .change = change_base_type,
};
