#include "check/rules/bound.h"

#include "sql/lex.h"
#include "sql/quote.h"

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

// Without its cast; "" of MINVALUE, NULL and what is no constant.
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

static const char *datum_text(const Judged *judged, const Node *datum)
{
    const char *value = constant(judged->scratch, datum);
    bool is_text = node_has(datum, "sval") || node_has(datum, "arg.sval");
    return *value && is_text ? quote_literal(judged->scratch, value) : value;
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
