// Types as the grammar names them, and as people do.
#include "check/replay/replay.h"

#include "sql/quote.h"

#include <stdlib.h>

// Of pg_catalog, what columns mostly have: one text for all of them. `shown` where people say it
// otherwise.
static const struct BuiltIn {
    const char *name;
    const char *shown;
} BUILT_IN[] = {
    {"text", NULL},
    {"int4", "integer"},
    {"int8", "bigint"},
    {"bool", "boolean"},
    {"timestamptz", NULL},
    {"varchar", NULL},
    {"uuid", NULL},
    {"timestamp", NULL},
    {"jsonb", NULL},
    {"numeric", NULL},
    {"date", NULL},
    {"int2", "smallint"},
    {"json", NULL},
    {"bytea", NULL},
    {"float8", "double precision"},
    {"float4", "real"},
    {"bpchar", "char"},
    {"time", NULL},
    {"timetz", NULL},
    {"interval", NULL},
    {"inet", NULL},
    {"cidr", NULL},
    {"macaddr", NULL},
    {"oid", NULL},
    {"name", NULL},
    {"xml", NULL},
    {"bit", NULL},
    {"varbit", "bit varying"},
    {"tsvector", NULL},
    {"regclass", NULL},
    {"trigger", NULL},
    {"void", NULL},
};

static const struct BuiltIn *built_in(const char *name)
{
    for (size_t i = 0; i < sizeof BUILT_IN / sizeof *BUILT_IN; i++)
        if (strcmp(BUILT_IN[i].name, name) == 0)
            return &BUILT_IN[i];
    return NULL;
}

// serial is no type but an abbreviation, which PostgreSQL knows only without a schema
// (transformColumnDefinition).
static const char *serial_of(const char *name)
{
    static const char *const SERIAL[][2] = {
        {"serial", "int4"},  {"serial4", "int4"},     {"bigserial", "int8"},
        {"serial8", "int8"}, {"smallserial", "int2"}, {"serial2", "int2"},
    };
    for (size_t i = 0; i < sizeof SERIAL / sizeof *SERIAL; i++)
        if (strcmp(SERIAL[i][0], name) == 0)
            return SERIAL[i][1];
    return NULL;
}

static const char *kept_name(Arena *arena, const char *name)
{
    const struct BuiltIn *known = built_in(name);
    return known ? known->name : arena_strdup(arena, name);
}

static void set_modifiers(const Node *type_name, ColumnType *type)
{
    NODE_EACH(modifier, node_field(type_name, "typmods"))
    {
        if (type->modifier_count == 2)
            return;
        const char *written = node_text(modifier, "sval.sval"); // varchar('20'): rare, allowed
        type->modifiers[type->modifier_count++] =
            *written ? (int)strtol(written, NULL, 10) : (int)node_int(modifier, "ival.ival");
    }
}

ColumnType replay_type(Arena *arena, const Node *type_name, bool *ret_is_serial)
{
    const Node *names = node_field(type_name, "names");
    const char *name = node_last_text(names);
    const char *schema = node_count(names) > 1 ? node_text(node_first(names), NULL) : "";
    const char *serial = !*schema && !node_has(type_name, "arrayBounds") ? serial_of(name) : NULL;
    ColumnType type = {.is_array = node_has(type_name, "arrayBounds")};
    if (ret_is_serial)
        *ret_is_serial = serial != NULL;
    if (strcmp(schema, "pg_catalog") == 0)
        schema = "";
    if (!*schema && name[0] == '_' && built_in(name + 1)) { // the array type's own name
        name++;
        type.is_array = true;
    }
    type.schema = *schema ? arena_strdup(arena, schema) : "";
    type.name = kept_name(arena, serial ? serial : name);
    set_modifiers(type_name, &type);
    return type;
}

// interval(3), interval year to month: its first modifier says which fields, as bits.
static const char *interval_text(Arena *arena, const ColumnType *type)
{
    static const struct {
        int bits;
        const char *fields;
    } FIELDS[] = {
        {1 << 2, " year"},
        {1 << 1, " month"},
        {1 << 3, " day"},
        {1 << 10, " hour"},
        {1 << 11, " minute"},
        {1 << 12, " second"},
        {1 << 2 | 1 << 1, " year to month"},
        {1 << 3 | 1 << 10, " day to hour"},
        {1 << 3 | 1 << 10 | 1 << 11, " day to minute"},
        {1 << 3 | 1 << 10 | 1 << 11 | 1 << 12, " day to second"},
        {1 << 10 | 1 << 11, " hour to minute"},
        {1 << 10 | 1 << 11 | 1 << 12, " hour to second"},
        {1 << 11 | 1 << 12, " minute to second"},
    };
    const char *fields = "";
    for (size_t i = 0; i < sizeof FIELDS / sizeof *FIELDS; i++)
        if (type->modifier_count && FIELDS[i].bits == type->modifiers[0])
            fields = FIELDS[i].fields;
    if (type->modifier_count == 2)
        return arena_printf(arena, "interval%s(%d)", fields, type->modifiers[1]);
    return arena_printf(arena, "interval%s", fields);
}

const char *column_type_text(Arena *arena, const ColumnType *type)
{
    const char *array = type->is_array ? "[]" : "";
    const struct BuiltIn *known = !*type->schema ? built_in(type->name) : NULL;
    const char *name =
        known ? (known->shown ? known->shown : known->name) : quote_name(arena, type->name);
    if (*type->schema)
        name = arena_printf(arena, "%s.%s", quote_name(arena, type->schema), name);
    if (known && strcmp(known->name, "interval") == 0)
        return arena_printf(arena, "%s%s", interval_text(arena, type), array);
    if (type->modifier_count == 1)
        return arena_printf(arena, "%s(%d)%s", name, type->modifiers[0], array);
    if (type->modifier_count == 2)
        return arena_printf(arena, "%s(%d,%d)%s", name, type->modifiers[0], type->modifiers[1],
                            array);
    return *array ? arena_printf(arena, "%s[]", name) : name;
}
