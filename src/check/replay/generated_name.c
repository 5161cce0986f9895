#include "check/replay/generated_name.h"

#include "base/utf8.h"

enum {
    NAME_BYTES = 64, // NAMEDATALEN, with the NUL
};

// `length` without the bytes of a character that would be cut in two.
static size_t whole_characters(const char *name, size_t length)
{
    while (length > 0 && ((unsigned char)name[length] & 0xC0) == 0x80)
        length--;
    return length;
}

const char *generated_name(Arena *arena, const char *name1, const char *name2, const char *label)
{
    size_t first = strlen(name1);
    size_t second = name2 ? strlen(name2) : 0;
    size_t overhead = (name2 ? 1 : 0) + (label ? strlen(label) + 1 : 0);
    size_t room = NAME_BYTES - 1 - overhead;
    while (first + second > room) {
        if (first > second)
            first--;
        else
            second--;
    }
    first = whole_characters(name1, first);
    second = name2 ? whole_characters(name2, second) : 0;
    return arena_printf(arena, "%.*s%s%.*s%s%s", (int)first, name1, name2 ? "_" : "", (int)second,
                        name2 ? name2 : "", label ? "_" : "", label ? label : "");
}

static bool is_free(const Model *model, const char *schema, const char *name, bool is_relation,
                    bool is_constraint)
{
    if (is_relation && model_has_relation_name(model, schema, name))
        return false;
    return !is_constraint || !model_has_constraint_name(model, schema, name);
}

static const char *first_free(const Replay *replay, const char *schema, const char *name1,
                              const char *name2, const char *label, bool is_relation,
                              bool is_constraint)
{
    const char *name = generated_name(replay->scratch, name1, name2, label);
    for (int i = 1; !is_free(replay->model, schema, name, is_relation, is_constraint); i++) {
        const char *numbered = arena_printf(replay->scratch, "%s%d", label, i);
        name = generated_name(replay->scratch, name1, name2, numbered);
    }
    return keep(replay, name);
}

const char *free_relation_name(const Replay *replay, const char *schema, const char *name1,
                               const char *name2, const char *label, bool is_constraint)
{
    return first_free(replay, schema, name1, name2, label, true, is_constraint);
}

const char *free_constraint_name(const Replay *replay, const char *schema, const char *name1,
                                 const char *name2, const char *label)
{
    return first_free(replay, schema, name1, name2, label, false, true);
}

const char *joined_names(Arena *arena, const Words *names)
{
    const char *joined = "";
    for (size_t i = 0; i < names->len && strlen(joined) < NAME_BYTES; i++)
        joined = i ? arena_join(arena, str_from(joined), STR("_"), str_from(names->items[i]))
                   : names->items[i];
    return joined;
}

// SQLVALUE functions that are no function calls in the tree.
static const char *value_function_name(const Node *expression)
{
    static const char *const NAMES[][2] = {
        {"SVFOP_CURRENT_DATE", "current_date"},
        {"SVFOP_CURRENT_TIME", "current_time"},
        {"SVFOP_CURRENT_TIME_N", "current_time"},
        {"SVFOP_CURRENT_TIMESTAMP", "current_timestamp"},
        {"SVFOP_CURRENT_TIMESTAMP_N", "current_timestamp"},
        {"SVFOP_LOCALTIME", "localtime"},
        {"SVFOP_LOCALTIME_N", "localtime"},
        {"SVFOP_LOCALTIMESTAMP", "localtimestamp"},
        {"SVFOP_LOCALTIMESTAMP_N", "localtimestamp"},
        {"SVFOP_CURRENT_ROLE", "current_role"},
        {"SVFOP_CURRENT_USER", "current_user"},
        {"SVFOP_USER", "user"},
        {"SVFOP_SESSION_USER", "session_user"},
        {"SVFOP_CURRENT_CATALOG", "current_catalog"},
        {"SVFOP_CURRENT_SCHEMA", "current_schema"},
    };
    for (size_t i = 0; i < sizeof NAMES / sizeof *NAMES; i++)
        if (node_text_is(expression, "op", NAMES[i][0]))
            return NAMES[i][1];
    return NULL;
}

// Of kinds whose name stands fast.
static const char *fixed_name(const Node *expression)
{
    static const char *const NAMES[][2] = {
        {"A_ArrayExpr", "array"},
        {"RowExpr", "row"},
        {"CoalesceExpr", "coalesce"},
        {"GroupingFunc", "grouping"},
        {"MergeSupportFunc", "merge_action"},
        {"XmlSerialize", "xmlserialize"},
        {"JsonObjectConstructor", "json_object"},
        {"JsonArrayConstructor", "json_array"},
    };
    for (size_t i = 0; i < sizeof NAMES / sizeof *NAMES; i++)
        if (node_is(expression, NAMES[i][0]))
            return NAMES[i][1];
    if (node_is(expression, "MinMaxExpr"))
        return node_text_is(expression, "op", "IS_LEAST") ? "least" : "greatest";
    if (node_is(expression, "SQLValueFunction"))
        return value_function_name(expression);
    if (node_is(expression, "A_Expr") && node_text_is(expression, "kind", "AEXPR_NULLIF"))
        return "nullif";
    if (node_is(expression, "FuncCall"))
        return node_last_text(node_field(expression, "funcname"));
    return NULL;
}

// The last field that is a name: of a.b[1].c it is c, of a.* none.
static const char *last_field(const Node *fields)
{
    const char *name = NULL;
    NODE_EACH(field, fields)
    if (node_is(field, "String"))
        name = node_text(field, NULL);
    return name;
}

static const char *weak_name(const Node *expression, bool *ret_is_weak);

static const char *sublink_name(const Node *expression)
{
    if (node_text_is(expression, "subLinkType", "EXISTS_SUBLINK"))
        return "exists";
    if (node_text_is(expression, "subLinkType", "ARRAY_SUBLINK"))
        return "array";
    if (!node_text_is(expression, "subLinkType", "EXPR_SUBLINK"))
        return NULL;
    const Node *target = node_first(node_field(expression, "subselect.targetList"));
    if (*node_text(target, "name"))
        return node_text(target, "name");
    bool is_weak;
    return weak_name(node_field(target, "val"), &is_weak);
}

// A cast's or CASE's own name is weak: an inner one goes before it.
static const char *weak_name(const Node *expression, bool *ret_is_weak)
{
    const char *weak = NULL;
    *ret_is_weak = false;
    for (const Node *at = expression; at;) {
        const char *name = fixed_name(at);
        if (node_is(at, "ColumnRef"))
            name = last_field(node_field(at, "fields"));
        else if (node_is(at, "SubLink"))
            name = sublink_name(at);
        else if (node_is(at, "A_Indirection"))
            name = last_field(node_field(at, "indirection"));
        if (name)
            return name;
        const char *outer = NULL;
        if (node_is(at, "TypeCast")) {
            outer = node_last_text(node_field(at, "typeName.names"));
            at = node_field(at, "arg");
        } else if (node_is(at, "CaseExpr")) {
            outer = "case";
            at = node_field(at, "defresult");
        } else if (node_is(at, "A_Indirection") || node_is(at, "CollateClause")) {
            at = node_field(at, "arg");
        } else {
            break;
        }
        weak = weak || !outer ? weak : outer;
    }
    *ret_is_weak = weak != NULL;
    return weak;
}

const char *expression_name(const Node *expression)
{
    bool is_weak;
    return weak_name(expression, &is_weak);
}
