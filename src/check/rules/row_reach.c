#include "check/rules/row_reach.h"

#include "check/rules/object.h"

#include <string.h>

enum {
    CONJUNCTS_MOST = 64, // of one AND: more are not looked at
};

// Columns that WHERE compares with constants.
typedef struct Pinned {
    const Judged *judged;
    const Node *range;
    const Relation *relation;
    const char *equal[CONJUNCTS_MOST];
    size_t equal_count;
    const char *above[CONJUNCTS_MOST];
    size_t above_count;
    const char *below[CONJUNCTS_MOST];
    size_t below_count;
} Pinned;

static bool has_word(const char *const *words, size_t count, const char *word)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(words[i], word) == 0)
            return true;
    return false;
}

// The target table's column that the node is; "" when it is something else.
static const char *own_column(const Pinned *pinned, const Node *node)
{
    while (node_is(node, "TypeCast"))
        node = node_field(node, "arg");
    if (!node_is(node, "ColumnRef"))
        return "";
    const Node *fields = node_field(node, "fields");
    const char *alias = node_text(pinned->range, "alias.aliasname");
    const char *own = *alias ? alias : node_text(pinned->range, "relname");
    if (node_count(fields) > 1 && strcmp(node_text(node_first(fields), NULL), own) != 0)
        return "";
    const char *name = node_last_text(fields);
    // In PL/pgSQL a bare name may be a variable.
    if (pinned->judged->is_in_body && pinned->relation && !pinned->relation->is_only_altered &&
        !relation_column(pinned->relation, name))
        return "";
    return name;
}

// One value for all rows: no column of the table, no set of a subquery.
static bool is_constant(const Pinned *pinned, const Node *node)
{
    NODE_WALK(inner, node)
    {
        if (node_is(inner, "SubLink"))
            return node_text_is(inner, "subLinkType", "EXPR_SUBLINK");
        if (node_is(inner, "ColumnRef") &&
            (!pinned->judged->is_in_body || *own_column(pinned, inner)))
            return false;
    }
    return node != NULL;
}

static void pin(const char **words, size_t *count, const char *word)
{
    if (*word && *count < CONJUNCTS_MOST)
        words[(*count)++] = word;
}

static bool has_limit(const Node *root)
{
    NODE_WALK(node, root)
    if (node_is(node, "SelectStmt") && node_has(node, "limitCount"))
        return true;
    return false;
}

static void pin_operator(Pinned *pinned, const Node *condition)
{
    const char *operator= node_last_text(node_field(condition, "name"));
    const Node *left = node_field(condition, "lexpr");
    const Node *right = node_field(condition, "rexpr");
    const char *column = own_column(pinned, left);
    bool is_turned = !*column;
    if (is_turned)
        column = own_column(pinned, right);
    if (!*column || !is_constant(pinned, is_turned ? left : right))
        return;
    if (strcmp(operator, "=") == 0)
        pin(pinned->equal, &pinned->equal_count, column);
    else if (*operator== '>' || * operator== '<')
        (*operator== '>') != is_turned ? pin(pinned->above, &pinned->above_count, column)
                                       : pin(pinned->below, &pinned->below_count, column);
}

static bool is_between(const char *kind)
{
    return strcmp(kind, "AEXPR_BETWEEN") == 0 || strcmp(kind, "AEXPR_BETWEEN_SYM") == 0;
}

static void pin_condition(Pinned *pinned, const Node *condition)
{
    if (!node_is(condition, "A_Expr"))
        return;
    const char *kind = node_text(condition, "kind");
    const char *column = own_column(pinned, node_field(condition, "lexpr"));
    bool is_equal = strcmp(node_last_text(node_field(condition, "name")), "=") == 0;
    if (strcmp(kind, "AEXPR_OP") == 0) {
        pin_operator(pinned, condition);
    } else if (is_between(kind)) {
        pin(pinned->above, &pinned->above_count, column);
        pin(pinned->below, &pinned->below_count, column);
    } else if ((strcmp(kind, "AEXPR_IN") == 0 || strcmp(kind, "AEXPR_OP_ANY") == 0) && is_equal &&
               is_constant(pinned, node_field(condition, "rexpr"))) {
        pin(pinned->equal, &pinned->equal_count, column);
    }
}

// Names that are keys nearly everywhere.
static bool sounds_like_key(const char *name)
{
    static const char *const NAMES[] = {"id",   "uuid",  "guid",  "key",      "code",   "slug",
                                        "name", "email", "login", "username", "handle", "ctid"};
    return has_word(NAMES, sizeof NAMES / sizeof *NAMES, name);
}

static bool covers(const Words *columns, const char *const *pinned, size_t count)
{
    for (size_t i = 0; i < columns->len; i++)
        if (!has_word(pinned, count, columns->items[i]))
            return false;
    return columns->len > 0;
}

static bool is_key(const Relation *relation, const char *const *pinned, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (sounds_like_key(pinned[i]))
            return true;
    if (!relation)
        return false;
    VEC_EACH (const Constraint, constraint, &relation->constraints)
        if ((constraint->kind == CONSTRAINT_PRIMARY || constraint->kind == CONSTRAINT_UNIQUE) &&
            covers(&constraint->columns, pinned, count))
            return true;
    VEC_EACH (const Index, index, &relation->indexes)
        if (index->is_unique && !index->has_expression && covers(&index->columns, pinned, count))
            return true;
    return false;
}

// A range with both ends, of a column that is a key by itself.
static bool has_key_range(const Pinned *pinned)
{
    for (size_t i = 0; i < pinned->above_count; i++)
        if (has_word(pinned->below, pinned->below_count, pinned->above[i]) &&
            is_key(pinned->relation, &pinned->above[i], 1))
            return true;
    return false;
}

static bool one_is_few(const Judged *judged, const Node *range, const Node *condition)
{
    Pinned pinned = {.judged = judged, .range = range, .relation = judged_relation(judged, range)};
    if (node_is(condition, "CurrentOfExpr"))
        return true;
    if (node_is(condition, "BoolExpr")) {
        NODE_EACH(part, node_field(condition, "args"))
        pin_condition(&pinned, part);
        return node_text_is(condition, "boolop", "AND_EXPR") &&
               is_key(pinned.relation, pinned.equal, pinned.equal_count);
    }
    pin_condition(&pinned, condition);
    return is_key(pinned.relation, pinned.equal, pinned.equal_count);
}

static bool one_is_bounded(const Judged *judged, const Node *range, const Node *condition)
{
    Pinned pinned = {.judged = judged, .range = range, .relation = judged_relation(judged, range)};
    if (node_is(condition, "CurrentOfExpr"))
        return true;
    if (node_is(condition, "SubLink"))
        return has_limit(node_field(condition, "subselect"));
    if (node_is(condition, "BoolExpr") && node_text_is(condition, "boolop", "AND_EXPR")) {
        NODE_EACH(part, node_field(condition, "args"))
        {
            if (node_is(part, "SubLink") && has_limit(node_field(part, "subselect")))
                return true;
            pin_condition(&pinned, part);
        }
    } else {
        pin_condition(&pinned, condition);
    }
    // ctid = ANY (ARRAY(SELECT ctid ... LIMIT 1000))
    return is_key(pinned.relation, pinned.equal, pinned.equal_count) || has_key_range(&pinned) ||
           (node_is(condition, "A_Expr") && has_limit(condition));
}

bool where_is_bounded(const Judged *judged, const Node *range, const Node *where)
{
    if (!node_is(where, "BoolExpr") || !node_text_is(where, "boolop", "OR_EXPR"))
        return where && one_is_bounded(judged, range, where);
    NODE_EACH(arm, node_field(where, "args"))
    if (!one_is_bounded(judged, range, arm))
        return false;
    return true;
}

static bool is_list_of_rows(const Node *item)
{
    return node_is(item, "RangeFunction") ||
           (node_is(item, "RangeSubselect") && node_has(item, "subquery.valuesLists"));
}

// FROM and USING name only lists that stand in the file: as many rows at most.
static bool has_only_lists(const Node *items)
{
    NODE_EACH(item, items)
    if (!is_list_of_rows(item))
        return false;
    return node_count(items) > 0;
}

static bool source_is_bounded(const Judged *judged, const Node *select)
{
    const Node *from = node_field(select, "fromClause");
    if (node_has(select, "valuesLists") || node_count(from) == 0 || has_limit(select) ||
        has_only_lists(from))
        return !node_has(select, "larg") || has_limit(select);
    const Node *range = node_first(from);
    NODE_EACH(item, from)
    if (!node_is(item, "RangeVar") || !object_is_ours(judged, item))
        return node_is(range, "RangeVar") &&
               where_is_bounded(judged, range, node_field(select, "whereClause"));
    return true;
}

bool change_is_few(const Judged *judged)
{
    const Node *node = judged->node;
    const Node *select = node_field(node, "selectStmt");
    if (node_is(node, "InsertStmt")) // without a FROM: VALUES, or one row
        return node_count(node_field(select, "fromClause")) == 0 && !node_has(select, "larg");
    if (node_is(node, "MergeStmt"))
        return is_list_of_rows(node_field(node, "sourceRelation"));
    const Node *items =
        node_field(node, node_is(node, "UpdateStmt") ? "fromClause" : "usingClause");
    return has_only_lists(items) ||
           one_is_few(judged, node_field(node, "relation"), node_field(node, "whereClause"));
}

bool change_is_bounded(const Judged *judged)
{
    const Node *node = judged->node;
    const Node *range = node_field(node, "relation");
    if (node_is(node, "InsertStmt"))
        return source_is_bounded(judged, node_field(node, "selectStmt"));
    if (node_is(node, "MergeStmt"))
        return is_list_of_rows(node_field(node, "sourceRelation")) ||
               has_limit(node_field(node, "sourceRelation"));
    const Node *items =
        node_field(node, node_is(node, "UpdateStmt") ? "fromClause" : "usingClause");
    return has_only_lists(items) || has_limit(items) || has_limit(node_field(node, "withClause")) ||
           where_is_bounded(judged, range, node_field(node, "whereClause"));
}
