#include "check/rules/immutable.h"

#include "check/catalog_functions.h"

#include <stdlib.h>
#include <string.h>

// Functions of pg_catalog that are stable in every form. Sorted. (pg_proc of 13 to 18)
static const char *const STABLE[] = {
    "array_to_json",
    "array_to_string",
    "concat",
    "concat_ws",
    "current_setting",
    "format",
    "json_build_array",
    "json_build_object",
    "jsonb_build_array",
    "jsonb_build_object",
    "now",
    "pg_typeof",
    "row_to_json",
    "statement_timestamp",
    "to_date",
    "to_json",
    "to_jsonb",
    "transaction_timestamp",
};

// Stable when their argument is a timestamptz, else immutable.
static const char *const STABLE_OF_TIMESTAMPTZ[] = {"date_part", "date_trunc", "extract"};

static int by_name(const void *left, const void *right)
{
    return strcmp(left, *(const char *const *)right);
}

static bool is_stable(const char *name)
{
    return bsearch(name, STABLE, sizeof STABLE / sizeof *STABLE, sizeof *STABLE, by_name);
}

// Internal name of the type that an expression certainly has; "".
static const char *type_of(const Relation *relation, const Node *expression)
{
    if (node_is(expression, "TypeCast")) {
        const Node *type = node_field(expression, "typeName");
        return node_has(type, "arrayBounds") ? "" : node_last_text(node_field(type, "names"));
    }
    if (node_is(expression, "A_Expr")) {
        const char *operator= node_last_text(node_field(expression, "name"));
        return !strcmp(operator, "->>") || !strcmp(operator, "#>>") ? "text" : "";
    }
    const Node *fields = node_field(expression, "fields");
    if (!relation || !node_is(expression, "ColumnRef") || node_count(fields) != 1)
        return "";
    const Column *column = relation_column(relation, node_text(node_first(fields), NULL));
    return column && !column->type.is_array ? column->type.name : "";
}

static bool is_one_of(const char *name, const char *const *names)
{
    for (; *names; names++)
        if (strcmp(name, *names) == 0)
            return true;
    return false;
}

// Casts that depend on TimeZone or DateStyle.
static bool is_stable_cast(const char *from, const char *to)
{
    static const char *const TEXTS[] = {"text", "varchar", "bpchar", NULL};
    static const char *const LOCAL[] = {"date", "time", "timestamp", NULL};
    static const char *const TIMES[] = {"date",        "time",     "timetz", "timestamp",
                                        "timestamptz", "interval", NULL};
    if (is_one_of(from, TEXTS))
        return is_one_of(to, TIMES) && strcmp(to, "interval") != 0;
    if (is_one_of(to, TEXTS))
        return !strcmp(from, "date") || !strcmp(from, "timestamp") || !strcmp(from, "timestamptz");
    if (!strcmp(from, "timestamptz"))
        return is_one_of(to, LOCAL);
    return !strcmp(to, "timestamptz") && (!strcmp(from, "date") || !strcmp(from, "timestamp"));
}

static const char *wrong_cast(Arena *arena, const Relation *relation, const Node *cast)
{
    const char *from = type_of(relation, node_field(cast, "arg"));
    const char *to = type_of(relation, cast);
    if (!is_stable_cast(from, to))
        return NULL;
    return arena_printf(arena, "the cast from %s to %s", from, to);
}

static const char *wrong_call(Arena *arena, const Model *model, const Relation *relation,
                              const Node *call, const Routine **ret_liar)
{
    const Node *names = node_field(call, "funcname");
    const char *name = node_last_text(names);
    const char *schema = node_count(names) > 1 ? node_text(node_first(names), NULL) : "";
    bool is_catalog = strcmp(schema, "pg_catalog") == 0;
    const Routine *routine = is_catalog ? NULL : model_routine(model, schema, name, NULL);
    if (routine && (*schema || !catalog_function_is_stable(name))) {
        // One in SQL that is a plain expression is inlined first, and then the body counts.
        if (routine->volatility != 'i' && strcmp(routine->language, "sql") == 0)
            return NULL;
        if (routine->volatility != 'i')
            return arena_printf(arena, "%s()", name);
        *ret_liar = routine->has_query ? routine : NULL;
        return NULL;
    }
    if (*schema && !is_catalog)
        return NULL;
    bool is_wrong = catalog_function_is_volatile(name) || is_stable(name);
    const Node *argument = node_next(node_first(node_field(call, "args")));
    for (size_t i = 0; i < sizeof STABLE_OF_TIMESTAMPTZ / sizeof *STABLE_OF_TIMESTAMPTZ; i++)
        is_wrong |= !strcmp(name, STABLE_OF_TIMESTAMPTZ[i]) && !node_next(argument) &&
                    !strcmp(type_of(relation, argument), "timestamptz");
    return is_wrong ? arena_printf(arena, "%s()", name) : NULL;
}

NotImmutable immutable_check(Arena *arena, const Model *model, const Relation *relation,
                             const Node *expression)
{
    NotImmutable lie = {0};
    NODE_WALK(node, expression)
    {
        const char *what = NULL;
        const Routine *liar = NULL;
        if (node_is(node, "SQLValueFunction"))
            what = "the current date, time or user";
        else if (node_is(node, "TypeCast"))
            what = wrong_cast(arena, relation, node);
        else if (node_is(node, "FuncCall"))
            what = wrong_call(arena, model, relation, node, &liar);
        if (what)
            return (NotImmutable){node, what, NULL};
        if (liar && !lie.liar)
            lie = (NotImmutable){node, arena_printf(arena, "%s()", liar->name), liar};
    }
    return lie;
}
