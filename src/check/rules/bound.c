#include "check/rules/bound.h"

#include "check/rules/object.h"
#include "sql/lex.h"

#include <string.h>

// From where the grammar says that it is to the last of its parentheses.
static Str bound_slice(const Judged *judged, const Node *bound)
{
    size_t from = parsed_offset(judged->parsed, bound);
    Str rest = str_skip(judged->parsed->statement.text, from);
    Lexer lexer = {.text = rest, .is_whole = true};
    int groups = node_text_is(bound, "strategy", "r") ? 2 : 1;
    int depth = 0;
    for (Token token = lex_next_significant(&lexer); token.kind != TOKEN_END;
         token = lex_next_significant(&lexer)) {
        depth += token.kind == TOKEN_OPEN;
        if (token.kind != TOKEN_CLOSE)
            continue;
        if (--depth == 0 && --groups == 0)
            return (Str){rest.p, token.end};
    }
    return rest;
}

const char *bound_text(const Judged *judged, const Node *bound)
{
    if (node_flag(bound, "is_default"))
        return "DEFAULT";
    Str slice = bound_slice(judged, bound);
    return judged_printf(judged, "FOR VALUES " STR_FMT, STR_ARG(slice));
}

// The constant in words that two writings of it share: '2024-01-01', 5; "" when it is none.
static const char *constant(Arena *arena, const Node *node)
{
    while (node_is(node, "TypeCast"))
        node = node_field(node, "arg");
    if (!node_is(node, "A_Const") || node_flag(node, "isnull"))
        return "";
    if (node_has(node, "sval"))
        return node_text(node, "sval.sval");
    if (node_has(node, "fval"))
        return node_text(node, "fval.fval");
    return arena_printf(arena, "%lld", (long long)node_int(node, "ival.ival"));
}

// A CHECK's expression as a tree.
static const Node *condition_of(Arena *arena, const Constraint *check)
{
    if (check->kind != CONSTRAINT_CHECK || !check->is_valid || !check->is_enforced ||
        !check->text || check->is_no_inherit)
        return NULL;
    Statement statement = {.position = {1, 1}};
    char *text = arena_printf(arena, "SELECT 1 WHERE %s", check->text);
    ParsedStatement parsed;
    statement.text = str_from(text);
    parse_statement(arena, &statement, &parsed);
    return node_field(parsed.node, "whereClause");
}

static bool is_boolean(const Node *node, const char *operator)
{
    return node_is(node, "BoolExpr") && node_text_is(node, "boolop", operator);
}

static const char *compared_column(const Node *condition, const char *operator, const char * value,
                                   Arena *arena)
{
    if (!node_is(condition, "A_Expr") || !node_text_is(condition, "kind", "AEXPR_OP") ||
        strcmp(node_last_text(node_field(condition, "name")), operator) != 0 ||
        !node_is(node_field(condition, "lexpr"), "ColumnRef") ||
        strcmp(constant(arena, node_field(condition, "rexpr")), value) != 0)
        return "";
    return node_last_text(node_field(condition, "lexpr.fields"));
}

// The first part of an AND (or OR) that compares a column so; "" when none does.
static const char *part_column(Arena *arena, const Node *parts, const char *operator,
                               const char * value)
{
    NODE_EACH(part, parts)
    {
        const char *column = compared_column(part, operator, value, arena);
        if (*column)
            return column;
    }
    return "";
}

static bool says_not_null(const Node *parts, const char *column)
{
    NODE_EACH(part, parts)
    if (node_is(part, "NullTest") && node_text_is(part, "nulltesttype", "IS_NOT_NULL") &&
        strcmp(node_last_text(node_field(part, "arg.fields")), column) == 0)
        return true;
    return false;
}

// Bounds of one column; of more only a calculation would tell.
static bool one_range(Arena *arena, const Node *bound, const char **ret_low, const char **ret_high)
{
    const Node *lower = node_field(bound, "lowerdatums");
    const Node *upper = node_field(bound, "upperdatums");
    *ret_low = constant(arena, node_first(lower));
    *ret_high = constant(arena, node_first(upper));
    return node_count(lower) == 1 && node_count(upper) == 1 && (**ret_low || **ret_high);
}

static bool proves_range(const Judged *judged, const Relation *table, const Node *condition,
                         const Node *bound)
{
    const char *low;
    const char *high;
    if (!one_range(judged->scratch, bound, &low, &high) || !is_boolean(condition, "AND_EXPR"))
        return false;
    const Node *parts = node_field(condition, "args");
    const char *above = part_column(judged->scratch, parts, ">=", low);
    const char *below = part_column(judged->scratch, parts, "<", high);
    const char *column = *above ? above : below;
    bool is_within = *low && *high ? *above && strcmp(above, below) == 0 : *column != '\0';
    const Column *known = relation_column(table, column);
    return is_within && ((known && known->is_not_null) || says_not_null(parts, column));
}

static bool in_list(const Judged *judged, const Node *datums, const Node *value)
{
    const char *text = constant(judged->scratch, value);
    NODE_EACH(datum, datums)
    if (strcmp(constant(judged->scratch, datum), text) == 0)
        return *text != '\0';
    return false;
}

// The values of "column = 'a'" and "column IN ('a', 'b')", all in the bound's list.
static bool proves_list_part(const Judged *judged, const Relation *table, const Node *part,
                             const Node *datums, bool is_not_null)
{
    bool is_in = node_text_is(part, "kind", "AEXPR_IN");
    const Node *left = node_field(part, "lexpr");
    if (!node_is(part, "A_Expr") || !node_is(left, "ColumnRef") ||
        (!is_in && !node_text_is(part, "kind", "AEXPR_OP")) ||
        strcmp(node_last_text(node_field(part, "name")), "=") != 0)
        return false;
    const Column *known = relation_column(table, node_last_text(node_field(left, "fields")));
    if (!is_not_null && !(known && known->is_not_null))
        return false;
    const Node *values = node_field(part, "rexpr");
    if (!is_in)
        return in_list(judged, datums, values);
    NODE_EACH(value, values)
    if (!in_list(judged, datums, value))
        return false;
    return true;
}

static bool proves_list(const Judged *judged, const Relation *table, const Node *condition,
                        const Node *bound)
{
    const Node *datums = node_field(bound, "listdatums");
    if (!is_boolean(condition, "AND_EXPR"))
        return proves_list_part(judged, table, condition, datums, false);
    const Node *parts = node_field(condition, "args");
    NODE_EACH(part, parts)
    {
        const char *column = node_last_text(node_field(part, "lexpr.fields"));
        if (proves_list_part(judged, table, part, datums, says_not_null(parts, column)))
            return true;
    }
    return false;
}

bool bound_is_proven(const Judged *judged, const Relation *table, const Node *bound)
{
    bool is_range = node_text_is(bound, "strategy", "r");
    if (!table || node_flag(bound, "is_default"))
        return false;
    VEC_EACH (const Constraint, check, &table->constraints) {
        const Node *condition = condition_of(judged->scratch, check);
        if (condition && (is_range ? proves_range(judged, table, condition, bound)
                                   : proves_list(judged, table, condition, bound)))
            return true;
    }
    return false;
}

// column < low OR column >= high
static bool excludes_range(const Judged *judged, const Node *condition, const Node *bound)
{
    const char *low;
    const char *high;
    if (!one_range(judged->scratch, bound, &low, &high))
        return false;
    Arena *arena = judged->scratch;
    if (is_boolean(condition, "NOT_EXPR")) { // NOT (column >= low AND column < high)
        const Node *inner = node_first(node_field(condition, "args"));
        const Node *parts = node_field(inner, "args");
        const char *above = part_column(arena, parts, ">=", low);
        return is_boolean(inner, "AND_EXPR") && *above &&
               strcmp(above, part_column(arena, parts, "<", high)) == 0;
    }
    if (!is_boolean(condition, "OR_EXPR"))
        return *low ? *compared_column(condition, "<", low, arena) && !*high
                    : *compared_column(condition, ">=", high, arena) != '\0';
    const Node *parts = node_field(condition, "args");
    const char *below = part_column(arena, parts, "<", low);
    return *below && strcmp(below, part_column(arena, parts, ">=", high)) == 0;
}

static bool excludes_list(const Judged *judged, const Node *condition, const Node *bound)
{
    const char *name = node_last_text(node_field(condition, "name"));
    if (!node_is(condition, "A_Expr") || strcmp(name, "<>") != 0)
        return false;
    const Node *excluded = node_field(condition, "rexpr");
    NODE_EACH(datum, node_field(bound, "listdatums"))
    {
        bool is_there = node_text_is(condition, "kind", "AEXPR_IN")
                            ? in_list(judged, excluded, datum)
                            : strcmp(constant(judged->scratch, excluded),
                                     constant(judged->scratch, datum)) == 0;
        if (!is_there)
            return false;
    }
    return true;
}

bool bound_is_excluded(const Judged *judged, const Relation *table, const Node *bound)
{
    bool is_range = node_text_is(bound, "strategy", "r");
    VEC_EACH (const Constraint, check, &table->constraints) {
        const Node *condition = condition_of(judged->scratch, check);
        if (condition && (is_range ? excludes_range(judged, condition, bound)
                                   : excludes_list(judged, condition, bound)))
            return true;
    }
    return false;
}

static const char *datum_text(const Judged *judged, const Node *datum)
{
    const char *value = constant(judged->scratch, datum);
    bool is_text = node_has(datum, "sval") || node_has(datum, "arg.sval");
    return !*value ? "" : is_text ? arena_printf(judged->scratch, "'%s'", value) : value;
}

const char *bound_condition(const Judged *judged, const Node *bound, const char *column)
{
    Arena *arena = judged->scratch;
    if (node_text_is(bound, "strategy", "l")) {
        const char *values = "";
        NODE_EACH(datum, node_field(bound, "listdatums"))
        values =
            arena_printf(arena, "%s%s%s", values, *values ? ", " : "", datum_text(judged, datum));
        return arena_printf(arena, "%s IN (%s)", column, values);
    }
    const char *low = datum_text(judged, node_first(node_field(bound, "lowerdatums")));
    const char *high = datum_text(judged, node_first(node_field(bound, "upperdatums")));
    if (!*low && !*high)
        return "...";
    const char *above = *low ? arena_printf(arena, "%s >= %s", column, low) : "";
    const char *below = *high ? arena_printf(arena, "%s < %s", column, high) : "";
    return arena_printf(arena, "%s%s%s", above, *low && *high ? " AND " : "", below);
}
