#include "check/cast.h"

#include <string.h>

enum {
    SECONDS_PRECISION = 6 // of timestamp, time and interval, without a modifier
};

typedef enum CastTrait {
    FREE = 1,
    SAME_OPERATOR_CLASS = 2,
    EXPLICIT = 4, // needs USING
    FAILS = 8,
    LOSES = 16,
} CastTrait;

// pg_cast, without those that only copy a value to a wider or other form; what is not here and
// not in ASSIGNED needs USING.
static const struct {
    const char *from;
    const char *to;
    int traits;
} CASTS[] = {
    {"text", "varchar", FREE | SAME_OPERATOR_CLASS},
    {"varchar", "text", FREE | SAME_OPERATOR_CLASS},
    {"text", "bpchar", FREE},
    {"varchar", "bpchar", FREE},
    {"text", "citext", FREE},
    {"varchar", "citext", FREE},
    {"citext", "text", FREE},
    {"citext", "varchar", FREE},
    {"citext", "bpchar", FREE},
    {"cidr", "inet", FREE | SAME_OPERATOR_CLASS},
    {"bit", "varbit", FREE},
    {"varbit", "bit", FREE},
    {"xml", "text", FREE},
    {"xml", "varchar", FREE},
    {"xml", "bpchar", FREE},
    {"int4", "oid", FREE},
    {"oid", "int4", FREE},
    {"int4", "regclass", FREE},
    {"oid", "regclass", FREE},
    {"regclass", "oid", FREE},
    {"regclass", "int4", FREE},
    {"oid", "regtype", FREE},
    {"regtype", "oid", FREE},
    {"int2", "int4", 0},
    {"int2", "int8", 0},
    {"int2", "numeric", 0},
    {"int2", "float4", 0},
    {"int2", "float8", 0},
    {"int2", "oid", FAILS},
    {"int4", "int2", FAILS},
    {"int4", "int8", 0},
    {"int4", "numeric", 0},
    {"int4", "float4", LOSES},
    {"int4", "float8", 0},
    {"int4", "money", 0},
    {"int4", "bool", EXPLICIT},
    {"bool", "int4", EXPLICIT},
    {"int8", "int2", FAILS},
    {"int8", "int4", FAILS},
    {"int8", "numeric", 0},
    {"int8", "float4", LOSES},
    {"int8", "float8", LOSES},
    {"int8", "money", FAILS},
    {"int8", "oid", FAILS},
    {"oid", "int8", 0},
    {"numeric", "int2", FAILS | LOSES},
    {"numeric", "int4", FAILS | LOSES},
    {"numeric", "int8", FAILS | LOSES},
    {"numeric", "float4", FAILS | LOSES},
    {"numeric", "float8", FAILS | LOSES},
    {"numeric", "money", FAILS | LOSES},
    {"money", "numeric", 0},
    {"float4", "int2", FAILS | LOSES},
    {"float4", "int4", FAILS | LOSES},
    {"float4", "int8", FAILS | LOSES},
    {"float4", "numeric", LOSES},
    {"float4", "float8", 0},
    {"float8", "int2", FAILS | LOSES},
    {"float8", "int4", FAILS | LOSES},
    {"float8", "int8", FAILS | LOSES},
    {"float8", "numeric", LOSES},
    {"float8", "float4", FAILS | LOSES},
    {"date", "timestamp", 0},
    {"date", "timestamptz", 0},
    {"timestamp", "date", LOSES},
    {"timestamp", "time", LOSES},
    {"timestamp", "timestamptz", 0},
    {"timestamptz", "timestamp", 0},
    {"timestamptz", "date", LOSES},
    {"timestamptz", "time", LOSES},
    {"timestamptz", "timetz", LOSES},
    {"time", "interval", 0},
    {"time", "timetz", 0},
    {"timetz", "time", LOSES},
    {"interval", "time", LOSES},
    {"json", "jsonb", LOSES},
    {"jsonb", "json", 0},
    {"inet", "cidr", LOSES},
    {"macaddr", "macaddr8", 0},
    {"macaddr8", "macaddr", FAILS},
    {"name", "text", 0},
    {"name", "varchar", 0},
    {"text", "name", LOSES},
    {"varchar", "name", LOSES},
    {"bpchar", "text", 0},
    {"bpchar", "varchar", 0},
    {"bpchar", "citext", 0},
};

static bool is_one_of(const char *name, const char *const *names)
{
    for (; *names; names++)
        if (strcmp(name, *names) == 0)
            return true;
    return false;
}

bool cast_is_string(const ColumnType *type)
{
    static const char *const STRINGS[] = {"text", "varchar", "bpchar", "citext", NULL};
    return !type->is_array && is_one_of(type->name, STRINGS);
}

bool cast_is_whole(const ColumnType *type)
{
    static const char *const WHOLE[] = {"int2", "int4", "int8", "oid", "date", NULL};
    return is_one_of(type->name, WHOLE);
}

bool cast_is_builtin(const ColumnType *type)
{
    static const char *const TYPES[] = {
        "text",   "varchar", "bpchar", "citext", "int2",    "int4",     "int8",   "numeric",
        "float4", "float8",  "money",  "bool",   "date",    "time",     "timetz", "timestamp",
        "uuid",   "json",    "jsonb",  "bytea",  "inet",    "cidr",     "xml",    "timestamptz",
        "bit",    "varbit",  "oid",    "name",   "macaddr", "interval", NULL,
    };
    return is_one_of(type->name, TYPES);
}

Cast cast_between(const ColumnType *from, const ColumnType *to)
{
    int traits = cast_is_string(to) ? 0 : EXPLICIT;
    bool is_known = false;
    for (size_t i = 0; i < sizeof CASTS / sizeof *CASTS && !is_known; i++)
        if (strcmp(from->name, CASTS[i].from) == 0 && strcmp(to->name, CASTS[i].to) == 0) {
            traits = CASTS[i].traits;
            is_known = true;
        }
    if (!is_known && cast_is_string(from))
        traits |= FAILS; // read as text, which is not always what is wanted
    return (Cast){
        // the elements of an array are looked at one by one, and written
        .is_free = traits & FREE && !from->is_array && !to->is_array,
        .is_assignable = !(traits & EXPLICIT),
        .keeps_operator_class = traits & SAME_OPERATOR_CLASS,
        .can_fail = traits & FAILS,
        .can_lose = traits & LOSES,
    };
}

static Cast free_cast(void)
{
    return (Cast){.is_free = true, .is_assignable = true, .keeps_operator_class = true};
}

// varchar(n), varbit(n); char(n) and bit(n), whose values have that length
static Cast of_length(const ColumnType *from, const ColumnType *to, bool is_explicit)
{
    bool is_padded = strcmp(to->name, "bpchar") == 0 || strcmp(to->name, "bit") == 0;
    bool is_bounded = from->modifier_count > 0;
    bool fits = is_bounded && from->modifiers[0] <= to->modifiers[0];
    if (fits && (!is_padded || from->modifiers[0] == to->modifiers[0]))
        return free_cast();
    bool refuses = !fits || strcmp(to->name, "bit") == 0;
    return (Cast){.is_assignable = true,
                  .can_fail = refuses && !is_explicit,
                  .can_lose = refuses && is_explicit};
}

static int scale(const ColumnType *type)
{
    return type->modifier_count > 1 ? type->modifiers[1] : 0;
}

static Cast of_numeric(const ColumnType *from, const ColumnType *to)
{
    bool is_bounded = from->modifier_count > 0;
    if (is_bounded && scale(from) == scale(to) && from->modifiers[0] <= to->modifiers[0])
        return free_cast();
    return (Cast){.is_assignable = true,
                  .can_fail = !is_bounded ||
                              from->modifiers[0] - scale(from) > to->modifiers[0] - scale(to),
                  .can_lose = !is_bounded || scale(from) > scale(to)};
}

// interval has its fields first: interval day to second(3)
static Cast of_seconds(const ColumnType *from, const ColumnType *to)
{
    bool is_interval = strcmp(to->name, "interval") == 0;
    size_t at = is_interval ? 1 : 0;
    bool has_fields = is_interval && to->modifiers[0] != from->modifiers[0] &&
                      (from->modifier_count || to->modifier_count == 1);
    int new_precision = to->modifier_count > (int)at ? to->modifiers[at] : SECONDS_PRECISION;
    int old_precision = from->modifier_count > (int)at ? from->modifiers[at] : SECONDS_PRECISION;
    if (!has_fields && new_precision >= old_precision)
        return free_cast();
    return (Cast){.is_assignable = true, .can_lose = true};
}

Cast cast_modifiers(const ColumnType *from, const ColumnType *to, bool is_explicit)
{
    static const char *const LENGTHS[] = {"varchar", "varbit", "bpchar", "bit", NULL};
    static const char *const SECONDS[] = {"timestamp", "timestamptz", "time",
                                          "timetz",    "interval",    NULL};
    Cast cast = {.is_assignable = true};
    bool is_same = from->modifier_count == to->modifier_count &&
                   memcmp(from->modifiers, to->modifiers,
                          sizeof *to->modifiers * (size_t)to->modifier_count) == 0;
    if (to->modifier_count == 0 || is_same)
        return free_cast();
    if (is_one_of(to->name, LENGTHS))
        cast = of_length(from, to, is_explicit);
    else if (strcmp(to->name, "numeric") == 0)
        cast = of_numeric(from, to);
    else if (is_one_of(to->name, SECONDS))
        cast = of_seconds(from, to);
    if (to->is_array)
        cast.is_free = false;
    return cast;
}

bool cast_can_overflow(const ColumnType *from, const ColumnType *to)
{
    // the longest value as text, the most digits as a number
    static const struct {
        const char *name;
        int length;
        int digits;
    } SIZES[] = {
        {"int2", 6, 5},  {"int4", 11, 10}, {"int8", 20, 19},   {"bool", 5, 0},
        {"uuid", 36, 0}, {"date", 13, 0},  {"macaddr", 17, 0},
    };
    if (to->modifier_count == 0)
        return false;
    for (size_t i = 0; i < sizeof SIZES / sizeof *SIZES; i++) {
        if (strcmp(from->name, SIZES[i].name) != 0)
            continue;
        if (strcmp(to->name, "numeric") == 0)
            return to->modifiers[0] - scale(to) < SIZES[i].digits;
        return cast_is_string(to) && to->modifiers[0] < SIZES[i].length;
    }
    if (cast_is_string(from) && cast_is_string(to))
        return from->modifier_count == 0 || from->modifiers[0] > to->modifiers[0];
    return cast_is_string(to) || strcmp(to->name, "numeric") == 0;
}
