#include "check/sample/search.h"

#include "base/text.h"
#include "catalog/model.h"
#include "sql/quote.h"

#include <inttypes.h>

enum {
    SQL_MAX = 8 << 20
};

static const char *quoted(Arena *arena, const char *name)
{
    return quote_identifier(arena, name);
}

// Beyond what is likely: what lies in a far past or future.
static const char *far_sql(Arena *arena, const SampleFacts *facts, const SampleValue *value,
                           const char *plain)
{
    const SampleType *type = sample_type(facts, value->type);
    if (!type || sample_family(facts, value->type) != SAMPLE_TIME ||
        (strncmp(type->name, "date", 4) != 0 && strncmp(type->name, "timestamp", 9) != 0))
        return plain;
    return arena_printf(arena,
                        "(%s) + CASE numbers.i %% 2 WHEN 0 THEN interval '200 years' ELSE interval "
                        "'-200 years' END",
                        plain);
}

// NULL, what the row has, any value, and one that the condition's own constants suggest, by turns.
static const char *tried_sql(Arena *arena, const SampleFacts *facts, const SampleValue *value,
                             const char *own, const char *number, int turn)
{
    SampleValue plain = *value;
    plain.constants = NULL;
    const char *generic = sample_value_sql(arena, facts, &plain, number);
    const char *suggested = sample_value_sql(arena, facts, value, number);
    if (!generic && !suggested)
        return own;
    generic = generic ? generic : suggested;
    return arena_printf(
        arena,
        "CASE (%s + %d) %% 6 WHEN 0 THEN NULL::%s WHEN 1 THEN (%s)::%s WHEN 2 THEN (%s)::%s WHEN 3 "
        "THEN (%s)::%s ELSE (%s)::%s END",
        number, turn, value->type_name, own, value->type_name, generic, value->type_name,
        far_sql(arena, facts, value, generic), value->type_name, suggested, value->type_name);
}

// Columns that are compared with each other are not made from one number.
static const char *number_sql(Arena *arena, size_t changed, int salt)
{
    return changed == 1 ? "numbers.i"
                        : arena_printf(arena,
                                       "(pg_catalog.abs(pg_catalog.hashint8(numbers.i * 13 + "
                                       "%d)::bigint) %% 199 + 1)",
                                       salt);
}

static const char *column_sql(Arena *arena, const SampleSearch *search, const SampleColumn *column,
                              const SampleConstants *constants)
{
    const char *own = arena_printf(arena, "(base.r).%s", quoted(arena, column->name));
    int salt = (int)(column - search->columns->items) + 1;
    SampleValue value = {
        .type = column->type,
        .modifier = column->modifier,
        .type_name = column->type_name,
        .is_lively = true,
        .constants = constants,
        .salt = salt,
    };
    if (!words_have(search->changed, column->name))
        return own;
    return tried_sql(arena, search->facts, &value, own,
                     number_sql(arena, search->changed->len, salt), 2);
}

static void write_made(Arena *arena, const SampleSearch *search, Text *sql)
{
    SampleConstants constants = {0};
    if (search->condition)
        sample_constants_add(arena, search->condition, &constants);
    text_printf(sql, "SELECT numbers.i AS \"migrate-safe number\"");
    VEC_EACH (const SampleColumn, column, search->columns)
        if (!column->generated)
            text_printf(sql, ",\n%s AS %s", column_sql(arena, search, column, &constants),
                        quoted(arena, column->name));
    text_printf(sql,
                "\nFROM pg_catalog.generate_series(%" PRId64 "::bigint, %" PRId64
                "::bigint) AS numbers(i), (SELECT %s::%s AS r) AS base",
                search->first, search->first + search->tried - 1, quote_literal(arena, search->row),
                search->type);
}

const char *sample_search_sql(Arena *arena, const SampleSearch *search)
{
    TEXT_SCOPED sql;
    text_init(&sql, SQL_MAX);
    text_printf(&sql, "SELECT (ROW(");
    VEC_EACH (const SampleColumn, column, search->columns)
        text_printf(&sql, "%sfound.%s", column == search->columns->items ? "" : ", ",
                    quoted(arena, column->name));
    text_printf(&sql, ")::%s)::text\nFROM (SELECT made.*", search->type);
    VEC_EACH (const SampleColumn, column, search->columns)
        if (column->generated)
            text_printf(&sql, ",\n(%s)::%s AS %s", column->generated, column->type_name,
                        quoted(arena, column->name));
    text_printf(&sql, "\nFROM (");
    write_made(arena, search, &sql);
    text_printf(&sql, ") AS made) AS found\nWHERE %s LIMIT 1", search->wanted);
    return sql.is_cut ? NULL : arena_dup(arena, text_str(&sql));
}

const char *sample_value_search_sql(Arena *arena, const SampleFacts *facts,
                                    const SampleValue *value, const char *wanted, int64_t first,
                                    int64_t tried)
{
    const char *own = arena_printf(arena, "NULL::%s", value->type_name);
    return arena_printf(arena,
                        "SELECT found.value::text FROM (SELECT %s AS value FROM "
                        "pg_catalog.generate_series(%" PRId64 "::bigint, %" PRId64
                        "::bigint) AS numbers(i)) AS found WHERE %s LIMIT 1",
                        tried_sql(arena, facts, value, own, "numbers.i", 2), first,
                        first + tried - 1, wanted);
}
