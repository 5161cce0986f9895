#include "check/lock/partition_proof.h"

#include <ctype.h>
#include <string.h>

enum {
    EXPRESSION_DEPTH = 16
};

// A constant of a bound or a check. NULL: MINVALUE, MAXVALUE, or nothing that can be compared.
static const Node *constant(const Node *node)
{
    while (node_is(node, "TypeCast"))
        node = node_field(node, "arg");
    return node_is(node, "A_Const") && !node_flag(node, "isnull") ? node : NULL;
}

typedef enum Order {
    BEFORE,
    SAME,
    AFTER,
    UNORDERED,
} Order;

// Dates and times as ISO 8601 writes them sort as text does; other text sorts by its collation.
static bool is_date(const char *text)
{
    return isdigit((unsigned char)text[0]) && isdigit((unsigned char)text[3]) && text[4] == '-';
}

static Order order_of(const Node *left, const Node *right)
{
    left = constant(left);
    right = constant(right);
    if (!left || !right)
        return UNORDERED;
    if (node_has(left, "sval") != node_has(right, "sval") || node_has(left, "fval") ||
        node_has(right, "fval"))
        return UNORDERED;
    if (!node_has(left, "sval")) {
        int64_t a = node_int(left, "ival.ival");
        int64_t b = node_int(right, "ival.ival");
        return a < b ? BEFORE : a > b ? AFTER : SAME;
    }
    const char *a = node_text(left, "sval.sval");
    const char *b = node_text(right, "sval.sval");
    int difference = strcmp(a, b);
    if (difference == 0)
        return SAME;
    bool is_ordered = strlen(a) > 4 && strlen(b) > 4 && is_date(a) && is_date(b);
    return !is_ordered ? UNORDERED : difference < 0 ? BEFORE : AFTER;
}

static bool is_at_most(Order order)
{
    return order == BEFORE || order == SAME;
}

static bool is_at_least(Order order)
{
    return order == AFTER || order == SAME;
}

static bool is_in(const Node *value, const Node *list)
{
    NODE_EACH(item, list)
    if (order_of(value, item) == SAME)
        return true;
    return false;
}

typedef struct Bound {
    const char *column; // that was compared; NULL: none yet
    const Node *lower;  // of a range with one column; NULL of another
    const Node *upper;
    const Node *values; // of a list
} Bound;

static Bound read_bound(const Node *spec)
{
    Bound bound = {0};
    if (node_text_is(spec, "strategy", "l"))
        bound.values = node_field(spec, "listdatums");
    if (node_text_is(spec, "strategy", "r") && node_count(node_field(spec, "lowerdatums")) == 1) {
        bound.lower = node_first(node_field(spec, "lowerdatums"));
        bound.upper = node_first(node_field(spec, "upperdatums"));
    }
    return bound;
}

// column OPERATOR constant
typedef struct Comparison {
    const char *column;
    const char *operator;
    const Node *value; // a list, of IN
    bool is_list;
} Comparison;

static bool read_comparison(const Node *node, Comparison *ret_comparison)
{
    const Node *left = node_field(node, "lexpr");
    bool is_list = node_text_is(node, "kind", "AEXPR_IN");
    if (!node_is(node, "A_Expr") || !node_is(left, "ColumnRef"))
        return false;
    *ret_comparison = (Comparison){
        .column = node_last_text(node_field(left, "fields")),
        .operator= node_last_text(node_field(node, "name")),
        .value = node_field(node, "rexpr"),
        .is_list = is_list,
    };
    return is_list || node_text_is(node, "kind", "AEXPR_OP");
}

static bool is_operator(const Comparison *comparison, const char *operator)
{
    return strcmp(comparison->operator, operator) == 0;
}

static bool all_in(const Node *list, const Node *values, bool is_inside)
{
    NODE_EACH(item, list)
    if (!constant(item) || is_in(item, values) != is_inside)
        return false;
    return true;
}

// Which sides of the bound does a true comparison keep to?
enum {
    KEEPS_LOWER = 1,
    KEEPS_UPPER = 2,
    KEEPS_BOTH = 3
};

static int sides_kept(const Comparison *comparison, const Bound *bound)
{
    const Node *value = comparison->value;
    if (bound->values) {
        bool fits = comparison->is_list
                        ? is_operator(comparison, "=") && all_in(value, bound->values, true)
                        : is_operator(comparison, "=") && is_in(value, bound->values);
        return fits ? KEEPS_BOTH : 0;
    }
    if (comparison->is_list)
        return 0;
    bool is_lower = is_operator(comparison, ">=") || is_operator(comparison, ">");
    bool is_upper = is_operator(comparison, "<");
    if (is_lower && is_at_least(order_of(value, bound->lower)))
        return KEEPS_LOWER;
    return is_upper && is_at_most(order_of(value, bound->upper)) ? KEEPS_UPPER : 0;
}

// Does a true comparison exclude all values inside?
static bool is_outside(const Comparison *comparison, const Bound *bound)
{
    const Node *value = comparison->value;
    if (bound->values && comparison->is_list)
        return is_operator(comparison, "=") ? all_in(value, bound->values, false)
                                            : all_in(bound->values, value, true);
    if (bound->values)
        return is_operator(comparison, "=") && constant(value) && !is_in(value, bound->values);
    if (comparison->is_list)
        return false;
    Order to_lower = order_of(value, bound->lower);
    Order to_upper = order_of(value, bound->upper);
    return (is_operator(comparison, "<") && is_at_most(to_lower)) ||
           (is_operator(comparison, "<=") && to_lower == BEFORE) ||
           ((is_operator(comparison, ">=") || is_operator(comparison, ">")) &&
            is_at_least(to_upper));
}

// Is it true for every value inside?
static bool holds_inside(const Node *node, const Bound *bound, int depth)
{
    Comparison comparison;
    if (depth > EXPRESSION_DEPTH)
        return false;
    if (node_text_is(node, "boolop", "AND_EXPR")) {
        NODE_EACH(item, node_field(node, "args"))
        if (!holds_inside(item, bound, depth + 1))
            return false;
        return true;
    }
    if (!read_comparison(node, &comparison) || comparison.is_list || bound->values)
        return false;
    return (is_operator(&comparison, ">=") &&
            is_at_most(order_of(comparison.value, bound->lower))) ||
           (is_operator(&comparison, "<") && is_at_least(order_of(comparison.value, bound->upper)));
}

static bool excludes(const Node *node, const Bound *bound, int depth)
{
    Comparison comparison;
    bool is_and = node_text_is(node, "boolop", "AND_EXPR");
    bool is_or = node_text_is(node, "boolop", "OR_EXPR");
    if (depth > EXPRESSION_DEPTH)
        return false;
    if (node_text_is(node, "boolop", "NOT_EXPR"))
        return holds_inside(node_first(node_field(node, "args")), bound, depth + 1);
    if (node_is(node, "NullTest"))
        return node_text_is(node, "nulltesttype", "IS_NULL");
    if (!is_and && !is_or)
        return read_comparison(node, &comparison) && is_outside(&comparison, bound);
    NODE_EACH(item, node_field(node, "args"))
    if (excludes(item, bound, depth + 1) == is_and)
        return is_and;
    return is_or;
}

// Adds up what the parts of an AND keep to, of the first column that keeps to anything.
static int sides_of(const Node *node, Bound *bound, int depth)
{
    Comparison comparison;
    int kept = 0;
    if (depth > EXPRESSION_DEPTH)
        return 0;
    if (node_text_is(node, "boolop", "AND_EXPR")) {
        NODE_EACH(item, node_field(node, "args"))
        kept |= sides_of(item, bound, depth + 1);
        return kept;
    }
    if (!read_comparison(node, &comparison) ||
        (bound->column && strcmp(bound->column, comparison.column) != 0))
        return 0;
    kept = sides_kept(&comparison, bound);
    if (kept)
        bound->column = comparison.column;
    return kept;
}

static const Node *expression_of(Arena *arena, const Constraint *constraint)
{
    bool counts = constraint->kind == CONSTRAINT_CHECK && constraint->is_valid &&
                  constraint->is_enforced && constraint->text;
    if (!counts)
        return NULL;
    const char *sql = arena_join(arena, STR("SELECT "), str_from(constraint->text), STR(""));
    Statement statement = {.text = str_from(sql), .position = {1, 1}};
    ParsedStatement parsed;
    parse_statement(arena, &statement, &parsed);
    return node_field(node_first(node_field(parsed.node, "targetList")), "val");
}

static bool is_not_null(const Relation *table, const char *name)
{
    const Column *column = relation_column(table, name);
    if (column && column->is_not_null)
        return true;
    VEC_EACH (const Constraint, constraint, &table->constraints)
        if (constraint->is_valid && constraint->is_enforced &&
            words_have(&constraint->not_null, name))
            return true;
    return false;
}

bool partition_rows_fit(Arena *arena, const Relation *table, const Node *spec)
{
    Bound bound = read_bound(spec);
    int kept = 0;
    // MINVALUE and MAXVALUE keep to themselves
    if (bound.lower && !constant(bound.lower))
        kept |= KEEPS_LOWER;
    if (bound.upper && !constant(bound.upper))
        kept |= KEEPS_UPPER;
    VEC_EACH (const Constraint, constraint, &table->constraints)
        kept |= sides_of(expression_of(arena, constraint), &bound, 0);
    return kept == KEEPS_BOTH && bound.column && is_not_null(table, bound.column);
}

bool partition_rows_stay_out(Arena *arena, const Relation *partition, const Node *spec)
{
    Bound bound = read_bound(spec);
    VEC_EACH (const Constraint, constraint, &partition->constraints) {
        const Node *expression = expression_of(arena, constraint);
        if (expression && excludes(expression, &bound, 0))
            return true;
    }
    return false;
}
