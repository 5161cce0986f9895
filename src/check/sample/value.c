#include "check/sample/value.h"

#include "base/text.h"
#include "check/sample/alternatives.h"
#include "sql/quote.h"

enum {
    DEPTH_MAX = 8,      // of types in types
    NUMBERS_TRIED = 60, // for one value that checks let pass
    SQL_MAX = 1 << 20
};

typedef struct Form {
    const char *name; // of a type
    SampleFamily family;
    const char *sql;    // $ is the number
    const char *lively; // NULL: the same
} Form;

// Types of the system.
static const Form FORMS[] = {
    {"bool", SAMPLE_OTHER, "$ % 2 = 1", NULL},
    {"int2", SAMPLE_NUMBER, "$ % 30000",
     "CASE $ % 6 WHEN 4 THEN -($ % 30000) WHEN 5 THEN 0 ELSE $ % 30000 END"},
    {"int4", SAMPLE_NUMBER, "$ % 2000000000",
     "CASE $ % 6 WHEN 4 THEN -($ % 1000000) WHEN 5 THEN 0 ELSE $ % 2000000000 END"},
    {"int8", SAMPLE_NUMBER, "$", "CASE $ % 6 WHEN 4 THEN -$ WHEN 5 THEN 0 ELSE $ END"},
    {"float4", SAMPLE_NUMBER, "$ * 1.5",
     "CASE $ % 6 WHEN 4 THEN $ * -0.25 WHEN 5 THEN 0 ELSE $ * 1.5 END"},
    {"float8", SAMPLE_NUMBER, "$ * 1.5",
     "CASE $ % 6 WHEN 4 THEN $ * -0.25 WHEN 5 THEN 0 ELSE $ * 1.5 END"},
    {"money", SAMPLE_NUMBER, "($ * 1.25)::numeric::money", NULL},
    {"bytea", SAMPLE_OTHER, "decode(md5($::text), 'hex')",
     "CASE $ % 5 WHEN 2 THEN ''::bytea ELSE decode(md5($::text), 'hex') END"},
    {"char", SAMPLE_OTHER, "chr((97 + $ % 26)::int)", NULL},
    {"name", SAMPLE_TEXT, "'name ' || $", NULL},
    {"uuid", SAMPLE_OTHER, "md5('migrate-safe ' || $)::uuid", NULL},
    {"date", SAMPLE_TIME, "date '2024-01-01' + ($ % 20000)::int",
     "date '2024-01-01' + (($ % 20000) * CASE $ % 5 WHEN 3 THEN -1 ELSE 1 END)::int"},
    {"timestamp", SAMPLE_TIME, "timestamp '2024-01-01 00:00:00' + $ * interval '61 minutes'",
     "timestamp '2024-01-01 00:00:00' + $ * interval '61 minutes 1.5 seconds'"},
    {"timestamptz", SAMPLE_TIME, "timestamptz '2024-01-01 00:00:00+00' + $ * interval '61 minutes'",
     "timestamptz '2024-01-01 00:00:00+00' + $ * interval '61 minutes 1.5 seconds'"},
    {"time", SAMPLE_TIME, "time '00:00' + ($ % 1440) * interval '1 minute'", NULL},
    {"timetz", SAMPLE_TIME,
     "((time '00:00' + ($ % 1440) * interval '1 minute')::text || '+02')::timetz", NULL},
    {"interval", SAMPLE_TIME, "$ * interval '1 hour'",
     "$ * CASE $ % 3 WHEN 1 THEN interval '1 month 1 day' ELSE interval '1 hour' END"},
    {"json", SAMPLE_OTHER, "json_build_object('n', $, 'name', 'value ' || $)",
     "CASE $ % 5 WHEN 1 THEN '{}' WHEN 2 THEN json_build_object('n', $, 'list', "
     "json_build_array($, 'a', NULL)) "
     "ELSE json_build_object('n', $, 'name', 'value ' || $) END"},
    {"jsonb", SAMPLE_OTHER, "jsonb_build_object('n', $, 'name', 'value ' || $)",
     "CASE $ % 5 WHEN 1 THEN '{}' WHEN 2 THEN jsonb_build_object('n', $, 'list', "
     "jsonb_build_array($, 'a', NULL)) "
     "ELSE jsonb_build_object('n', $, 'name', 'value ' || $) END"},
    {"jsonpath", SAMPLE_OTHER, "('$.a' || $)::jsonpath", NULL},
    {"xml", SAMPLE_OTHER, "('<row n=\"' || $ || '\"/>')::xml", NULL},
    {"inet", SAMPLE_OTHER, "inet '10.0.0.0' + $ % 16000000",
     "CASE $ % 3 WHEN 1 THEN inet '2001:db8::' + $ ELSE inet '10.0.0.0' + $ % 16000000 END"},
    {"cidr", SAMPLE_OTHER, "(inet '10.0.0.0' + $ % 16000000)::cidr", NULL},
    {"macaddr", SAMPLE_OTHER, "lpad(to_hex($ % 1000000000), 12, '0')::macaddr", NULL},
    {"macaddr8", SAMPLE_OTHER, "lpad(to_hex($ % 1000000000), 16, '0')::macaddr8", NULL},
    {"tsvector", SAMPLE_OTHER, "array_to_tsvector(ARRAY['word', 'word' || $])", NULL},
    {"tsquery", SAMPLE_OTHER, "('word & word' || $)::tsquery", NULL},
    {"point", SAMPLE_OTHER, "point($, $ * 2)", NULL},
    {"line", SAMPLE_OTHER, "line(point($, 0), point($ + 1, 1))", NULL},
    {"lseg", SAMPLE_OTHER, "lseg(point($, 0), point($, 1))", NULL},
    {"box", SAMPLE_OTHER, "box(point($ * 2, $ * 2), point($ * 2 + 1, $ * 2 + 1))", NULL},
    {"path", SAMPLE_OTHER, "('[(0,0),(' || $ || ',1)]')::path", NULL},
    {"polygon", SAMPLE_OTHER, "polygon(box(point($ * 2, $ * 2), point($ * 2 + 1, $ * 2 + 1)))",
     NULL},
    {"circle", SAMPLE_OTHER, "circle(point($ * 4, $ * 4), 1)", NULL},
    {"oid", SAMPLE_NUMBER, "$ % 2000000000", NULL},
    {"xid", SAMPLE_OTHER, "($ % 2000000000)::text::xid", NULL},
    {"xid8", SAMPLE_OTHER, "$::text::xid8", NULL},
    {"cid", SAMPLE_OTHER, "($ % 2000000000)::text::cid", NULL},
    {"tid", SAMPLE_OTHER, "('(' || $ % 2000000000 || ',1)')::tid", NULL},
    {"pg_lsn", SAMPLE_OTHER, "('0/' || to_hex($ % 4000000000))::pg_lsn", NULL},
    {"txid_snapshot", SAMPLE_OTHER, "($ || ':' || $ || ':')::txid_snapshot", NULL},
    {"pg_snapshot", SAMPLE_OTHER, "($ || ':' || $ || ':')::pg_snapshot", NULL},
    {"refcursor", SAMPLE_OTHER, "('cursor' || $)::refcursor", NULL},
    {"int2vector", SAMPLE_OTHER, "('1 ' || $ % 30000)::int2vector", NULL},
    {"oidvector", SAMPLE_OTHER, "('1 ' || $ % 30000)::oidvector", NULL},
    {"aclitem", SAMPLE_OTHER, "makeaclitem(3373, 3374, 'SELECT', $ % 2 = 0)", NULL},
    {"regclass", SAMPLE_OTHER, "regclass 'pg_catalog.pg_class'", NULL},
    {"regtype", SAMPLE_OTHER, "regtype 'pg_catalog.int4'", NULL},
    {"regproc", SAMPLE_OTHER, "regproc 'pg_catalog.now'", NULL},
    {"regprocedure", SAMPLE_OTHER, "regprocedure 'pg_catalog.now()'", NULL},
    {"regoper", SAMPLE_OTHER, "regoper 'pg_catalog.||/'", NULL},
    {"regoperator", SAMPLE_OTHER, "regoperator 'pg_catalog.+(integer,integer)'", NULL},
    {"regnamespace", SAMPLE_OTHER, "regnamespace 'pg_catalog'", NULL},
    {"regrole", SAMPLE_OTHER, "regrole 'pg_monitor'", NULL},
    {"regconfig", SAMPLE_OTHER, "regconfig 'pg_catalog.simple'", NULL},
    {"regdictionary", SAMPLE_OTHER, "regdictionary 'pg_catalog.simple'", NULL},
    {"regcollation", SAMPLE_OTHER, "regcollation 'pg_catalog.\"C\"'", NULL},
};

// Of extensions, by their types' names: text for the input function.
static const Form FOREIGN_FORMS[] = {
    {"citext", SAMPLE_TEXT, "'text ' || $", NULL},
    {"hstore", SAMPLE_OTHER, "'n=>' || $",
     "CASE $ % 4 WHEN 1 THEN '' ELSE 'n=>' || $ || ', other=>NULL' END"},
    {"ltree", SAMPLE_OTHER, "'top.n' || $", NULL},
    {"lquery", SAMPLE_OTHER, "'top.n' || $", NULL},
    {"ltxtquery", SAMPLE_OTHER, "'top & n' || $", NULL},
    {"cube", SAMPLE_OTHER, "'(' || $ || ',1)'", NULL},
    {"seg", SAMPLE_OTHER, "($ % 100000)::text", NULL},
    {"semver", SAMPLE_OTHER, "'1.0.' || $", NULL},
    {"geometry", SAMPLE_OTHER, "'SRID=4326;POINT(' || $ % 180 || ' 1)'", NULL},
    {"geography", SAMPLE_OTHER, "'SRID=4326;POINT(' || $ % 180 || ' 1)'", NULL},
};

const char *const SAMPLE_INPUTS[] = {
    "$",
    "a$",
    "a=>$",
    "a.b$",
    "(1,$)",
    "[1,2,$]",
    "1.0.$",
    "{$}",
    "POINT($ 1)",
    "2024-01-01",
    "a@b$.com",
    "a",
    "00000000-0000-0000-0000-000000000001",
    "{}",
    "",
    NULL,
};

const char *sample_fill(Arena *arena, const char *text, const char *number)
{
    TEXT_SCOPED sql;
    text_init(&sql, SQL_MAX);
    for (const char *p = text; *p; p++) {
        // '$.a' is a path and no number
        if (*p == '$' && !(p > text && p[-1] == '\'' && p[1] == '.'))
            text_append(&sql, str_from(number));
        else
            text_append_char(&sql, *p);
    }
    return sql.is_cut ? NULL : arena_dup(arena, text_str(&sql));
}

static const Form *form_of(const Form *forms, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(forms[i].name, name) == 0)
            return &forms[i];
    return NULL;
}

#define FORM_OF(forms, name) form_of((forms), sizeof(forms) / sizeof *(forms), (name))

static bool is_system(const SampleType *type)
{
    return strcmp(type->schema, "pg_catalog") == 0;
}

static bool is_one_of(const char *name, const char *const *names)
{
    for (; *names; names++)
        if (strcmp(name, *names) == 0)
            return true;
    return false;
}

static const char *const TEXTS[] = {"text", "varchar", "bpchar", NULL};
static const char *const BITS[] = {"bit", "varbit", NULL};

SampleFamily sample_family(const SampleFacts *facts, int64_t oid)
{
    const SampleType *type = sample_type(facts, oid);
    for (int depth = 0; type && type->kind == 'd' && depth < DEPTH_MAX; depth++)
        type = sample_type(facts, type->inner);
    if (!type)
        return SAMPLE_OTHER;
    if (is_system(type) && is_one_of(type->name, TEXTS))
        return SAMPLE_TEXT;
    if (is_system(type) && strcmp(type->name, "numeric") == 0)
        return SAMPLE_NUMBER;
    const Form *form =
        is_system(type) ? FORM_OF(FORMS, type->name) : FORM_OF(FOREIGN_FORMS, type->name);
    return form ? form->family : SAMPLE_OTHER;
}

// A type's modifier is its length and 4 more.
static const char *text_sql(Arena *arena, const SampleFacts *facts, const SampleValue *value,
                            const char *number)
{
    int most = value->modifier >= 4 ? value->modifier - 4 : 0; // 0: any length
    if (most > 0 && most < 8)
        return arena_printf(arena, "right(lpad(to_hex(%s), %d, 'a'), %d)", number, most, most);
    if (most > 0 && most < 30)
        return arena_printf(arena, "'v' || %s", number);
    if (!value->is_lively)
        return arena_printf(arena, "'text ' || %s", number);
    return arena_printf(
        arena,
        "CASE %s %% 8 WHEN 3 THEN '' WHEN 4 THEN '%s' || %s WHEN 6 THEN "
        "repeat('long text ', 40) || %s ELSE 'text ' || %s END",
        number, facts->is_unicode ? "\xc3\xbc\xe2\x82\xac\xe6\xbc\xa2 \xf0\x9f\x99\x82 " : "~'' ",
        number, number, number);
}

static const char *numeric_sql(Arena *arena, const SampleValue *value, const char *number)
{
    const char *sign =
        value->is_lively
            ? arena_printf(arena, "CASE %s %% 6 WHEN 4 THEN -1 WHEN 5 THEN 0 ELSE 1 END * ", number)
            : "";
    if (value->modifier < 4)
        return arena_printf(arena, "%s%s * 1.25", sign, number);
    int digits = ((value->modifier - 4) >> 16) & 0xffff;
    int scale = (((value->modifier - 4) & 0x7ff) ^ 1024) - 1024;
    int64_t most = 1; // as many numbers as have a value of their own
    for (int i = 0; i < digits && i < 9; i++)
        most *= 10;
    return arena_printf(arena, "%s(%s %% %lld)::numeric * 1e%d::numeric", sign, number,
                        (long long)most, -scale);
}

static const char *bits_sql(Arena *arena, const SampleValue *value, const char *number)
{
    int length = value->modifier > 0 ? value->modifier : 16;
    return arena_printf(arena, "%s::bit(%d)", number, length < 64 ? length : 64);
}

typedef struct Maker {
    Arena *arena;
    const SampleFacts *facts;
    int depth;
} Maker;

static const char *make(Maker *maker, const SampleValue *value, const char *number);

static const char *plain_of(Maker *maker, int64_t type, int modifier, const char *number)
{
    SampleValue value = {.type = type, .modifier = modifier};
    return make(maker, &value, number);
}

static const char *enum_sql(Maker *maker, const SampleType *type, const char *number)
{
    Arena *arena = maker->arena;
    if (type->labels.len == 0)
        return NULL;
    TEXT_SCOPED sql;
    text_init(&sql, SQL_MAX);
    text_printf(&sql, "(ARRAY[");
    VEC_EACH (const char *const, label, &type->labels)
        text_printf(&sql, "%s%s", label == type->labels.items ? "" : ", ",
                    quote_literal(arena, *label));
    text_printf(&sql, "]::pg_catalog.text[])[1 + %s %% %zu]", number, type->labels.len);
    return sql.is_cut ? NULL : arena_dup(arena, text_str(&sql));
}

static const char *array_sql(Maker *maker, const SampleType *type, const SampleValue *value,
                             const char *number)
{
    Arena *arena = maker->arena;
    const char *first = plain_of(maker, type->inner, value->modifier, number);
    const char *second =
        plain_of(maker, type->inner, value->modifier, arena_printf(arena, "(%s + 1)", number));
    const SampleType *element = sample_type(maker->facts, type->inner);
    if (!first || !second || !element)
        return NULL;
    const char *sql = arena_printf(arena, "ARRAY[(%s)::%s, (%s)::%s]", first, element->qualified,
                                   second, element->qualified);
    return value->is_lively
               ? arena_printf(arena, "CASE %s %% 4 WHEN 3 THEN '{}' ELSE %s END", number, sql)
               : sql;
}

// Ranges of neighbouring numbers have a gap between them.
static const char *range_sql(Maker *maker, const SampleType *type, const char *number)
{
    Arena *arena = maker->arena;
    const SampleType *inner = sample_type(maker->facts, type->inner);
    const char *low = plain_of(maker, type->inner, -1, arena_printf(arena, "(%s * 4)", number));
    const char *high =
        plain_of(maker, type->inner, -1, arena_printf(arena, "(%s * 4 + 2)", number));
    if (!inner || !low || !high)
        return NULL;
    low = arena_printf(arena, "(%s)::%s", low, inner->qualified);
    high = arena_printf(arena, "(%s)::%s", high, inner->qualified);
    return arena_printf(arena, "%s(LEAST(%s, %s), GREATEST(%s, %s))", type->qualified, low, high,
                        low, high);
}

static const char *row_sql(Maker *maker, const SampleType *type, const char *number)
{
    Arena *arena = maker->arena;
    TEXT_SCOPED sql;
    text_init(&sql, SQL_MAX);
    const SampleColumns *columns = sample_columns(maker->facts, type->relation);
    VEC_EACH (const SampleColumn, column, columns) {
        const char *part = plain_of(maker, column->type, column->modifier, number);
        text_printf(&sql, "%s%s%s%s%s", column == columns->items ? "ROW(" : ", ", part ? "(" : "",
                    part ? part : "NULL", part ? ")::" : "", part ? column->type_name : "");
    }
    text_append(&sql, str_from(columns->len ? ")" : "ROW()"));
    return sql.is_cut ? NULL : arena_dup(arena, text_str(&sql));
}

static void add_constants(Arena *arena, const SampleConstants *from, SampleConstants *to)
{
    VEC_EACH (const char *const, text, &from->texts)
        *vec_append(arena, &to->texts) = *text;
    VEC_EACH (const char *const, number, &from->numbers)
        *vec_append(arena, &to->numbers) = *number;
    VEC_EACH (const char *const, pattern, &from->patterns)
        *vec_append(arena, &to->patterns) = *pattern;
    VEC_EACH (const char *const, like, &from->likes)
        *vec_append(arena, &to->likes) = *like;
    to->is_open |= from->is_open;
}

static const char *number_tried(Arena *arena, const char *number, const char *tried)
{
    return arena_printf(arena, "(%s * %d + %s.n)", number, NUMBERS_TRIED + 1, tried);
}

// The value of the first number tried that the checks let pass, where they call it `name`.
static const char *passing_sql(Arena *arena, const char *sql, const char *type_name,
                               const char *name, const Words *checks, const char *tried)
{
    const char *conditions = "";
    VEC_EACH (const char *const, check, checks)
        conditions = arena_printf(arena, "%s%s((%s) IS NOT FALSE)", conditions,
                                  conditions[0] ? " AND " : "", *check);
    return arena_printf(arena,
                        "(SELECT passing.%s FROM (SELECT (%s)::%s AS %s FROM "
                        "pg_catalog.generate_series(0, %d) AS %s(n)) AS passing WHERE %s LIMIT 1)",
                        name, sql, type_name, name, NUMBERS_TRIED, tried, conditions);
}

static const char *domain_sql(Maker *maker, const SampleType *type, const SampleValue *value,
                              const char *number)
{
    Arena *arena = maker->arena;
    SampleConstants constants = {0};
    SampleValue base = *value;
    base.type = type->inner;
    base.modifier = type->modifier;
    base.type_name = type->base_name;
    if (type->checks.len == 0)
        return make(maker, &base, number);
    base.constants = &constants;
    if (value->constants)
        add_constants(arena, value->constants, &constants);
    VEC_EACH (const char *const, check, &type->checks)
        sample_constants_add(arena, *check, &constants);
    const char *tried = arena_printf(arena, "tried_%d", maker->depth); // a domain of a domain
    const char *sql = make(maker, &base, number_tried(arena, number, tried));
    return sql ? passing_sql(arena, sql, type->base_name, "value", &type->checks, tried) : NULL;
}

static const char *base_sql(Maker *maker, const SampleType *type, const SampleValue *value,
                            const char *number)
{
    Arena *arena = maker->arena;
    if (is_system(type) && is_one_of(type->name, TEXTS))
        return text_sql(arena, maker->facts, value, number);
    if (is_system(type) && is_one_of(type->name, BITS))
        return bits_sql(arena, value, number);
    if (is_system(type) && strcmp(type->name, "numeric") == 0)
        return numeric_sql(arena, value, number);
    const Form *form =
        is_system(type) ? FORM_OF(FORMS, type->name) : FORM_OF(FOREIGN_FORMS, type->name);
    if (form)
        return sample_fill(arena, value->is_lively && form->lively ? form->lively : form->sql,
                           number);
    if (!type->accepted)
        return NULL;
    return arena_printf(arena, "replace(%s, '$', (%s)::text)", quote_literal(arena, type->accepted),
                        number);
}

static const char *make(Maker *maker, const SampleValue *value, const char *number)
{
    const SampleType *type = sample_type(maker->facts, value->type);
    if (!type || maker->depth >= DEPTH_MAX)
        return NULL;
    maker->depth++;
    const char *sql;
    if (type->kind == 'd')
        sql = domain_sql(maker, type, value, number);
    else if (type->kind == 'e')
        sql = enum_sql(maker, type, number);
    else if (type->kind == 'c')
        sql = row_sql(maker, type, number);
    else if (type->kind == 'r')
        sql = range_sql(maker, type, number);
    else if (type->kind == 'm') {
        const char *range = plain_of(maker, type->inner, -1, number);
        sql = range ? arena_printf(maker->arena, "%s(%s)", type->qualified, range) : NULL;
    } else if (type->is_array && !FORM_OF(FORMS, type->name))
        sql = array_sql(maker, type, value, number);
    else
        sql = base_sql(maker, type, value, number);
    maker->depth--;
    if (value->constants && value->type_name && type->kind != 'd')
        return sample_alternatives_sql(maker->arena, maker->facts, value, sql, number);
    return sql;
}

const char *sample_value_sql(Arena *arena, const SampleFacts *facts, const SampleValue *value,
                             const char *number)
{
    Maker maker = {.arena = arena, .facts = facts};
    const char *sql = make(&maker, value, number);
    return sql && value->type_name ? arena_printf(arena, "(%s)::%s", sql, value->type_name) : sql;
}

const char *sample_passing_sql(Arena *arena, const SampleFacts *facts, const SampleValue *value,
                               const char *number, const char *name, const Words *checks)
{
    if (checks->len == 0)
        return sample_value_sql(arena, facts, value, number);
    const char *sql = sample_value_sql(arena, facts, value, number_tried(arena, number, "tried_0"));
    return sql ? passing_sql(arena, sql, value->type_name, name, checks, "tried_0") : NULL;
}
