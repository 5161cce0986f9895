#include "sql/fold.h"

#include "base/text.h"
#include "sql/quote.h"

#include <stdlib.h>
#include <string.h>

enum {
    DEPTH_MAX = 1000, // of `a || b || ...`: beyond it the text counts as not constant
    TEXT_MAX = 1 << 20
};

typedef struct Fold {
    Arena *arena;
    const FoldNames *names;
    size_t depth;
} Fold;

typedef VEC(const char *) Values;

// Appends the value; false when it is not constant.
static bool fold(Fold *state, const Node *node, Text *text);

static const char *fold_value(Fold *state, const Node *node)
{
    TEXT_SCOPED text;
    text_init(&text, TEXT_MAX);
    return fold(state, node, &text) && !text.is_cut ? arena_dup(state->arena, text_str(&text))
                                                    : NULL;
}

static const char *constant_value(Arena *arena, const Node *node)
{
    if (node_flag(node, "isnull"))
        return NULL;
    if (node_has(node, "sval"))
        return node_text(node, "sval.sval");
    if (node_has(node, "fval"))
        return node_text(node, "fval.fval");
    if (node_has(node, "ival"))
        return arena_printf(arena, "%lld", (long long)node_int(node, "ival.ival"));
    return NULL;
}

static const char *name_value(const Fold *state, const Node *fields)
{
    if (!state->names || node_count(fields) != 1)
        return NULL;
    for (size_t i = state->names->len; i > 0; i--)
        if (node_text_is(node_first(fields), NULL, state->names->items[i - 1].name))
            return state->names->items[i - 1].value;
    return NULL;
}

// The value that a format specifier wants, and NULL when it does not know the specifier.
static const char *formatted(Arena *arena, char kind, const char *value)
{
    switch (kind) {
    case 's':
        return value;
    case 'I':
        return quote_identifier(arena, value);
    case 'L':
        return quote_literal(arena, value);
    default:
        return NULL;
    }
}

// One specifier behind its %: %%, %s, %2$I; no widths.
static bool append_specifier(Arena *arena, const char **at, const Values *values, size_t *next,
                             Text *text)
{
    if (**at == '%') {
        text_append_char(text, '%');
        ++*at;
        return true;
    }
    char *end;
    unsigned long number = strtoul(*at, &end, 10);
    if (end != *at) {
        if (*end != '$' || number == 0)
            return false;
        *next = number; // the format itself is the first value
        *at = end + 1;
    }
    if (*next >= values->len || **at == '\0')
        return false;
    const char *value = formatted(arena, **at, values->items[*next]);
    if (!value)
        return false;
    text_append(text, str_from(value));
    ++*next;
    ++*at;
    return true;
}

static bool append_format(Arena *arena, const Values *values, Text *text)
{
    size_t next = 1;
    const char *at = values->items[0];
    while (*at) {
        size_t plain = strcspn(at, "%");
        text_append(text, (Str){at, plain});
        at += plain;
        if (*at == '%' && (at++, !append_specifier(arena, &at, values, &next, text)))
            return false;
    }
    return true;
}

static bool fold_call(Fold *state, const Node *call, Text *text)
{
    Values values = {0};
    NODE_EACH(argument, node_field(call, "args"))
    {
        const char *value = fold_value(state, argument);
        if (!value)
            return false;
        *vec_append(state->arena, &values) = value;
    }
    const char *name = node_last_text(node_field(call, "funcname"));
    if (values.len == 0 || node_flag(call, "func_variadic"))
        return false;
    if (strcmp(name, "format") == 0)
        return append_format(state->arena, &values, text);
    if (strcmp(name, "concat") == 0) {
        for (size_t i = 0; i < values.len; i++)
            text_append(text, str_from(values.items[i]));
        return true;
    }
    const char *value = NULL;
    if (values.len == 1 && strcmp(name, "quote_ident") == 0)
        value = formatted(state->arena, 'I', values.items[0]);
    if (values.len == 1 &&
        (strcmp(name, "quote_literal") == 0 || strcmp(name, "quote_nullable") == 0))
        value = formatted(state->arena, 'L', values.items[0]);
    text_append(text, str_from(value));
    return value != NULL;
}

static bool fold_operator(Fold *state, const Node *node, Text *text)
{
    return node_text_is(node, "kind", "AEXPR_OP") &&
           strcmp(node_last_text(node_field(node, "name")), "||") == 0 &&
           fold(state, node_field(node, "lexpr"), text) &&
           fold(state, node_field(node, "rexpr"), text);
}

static bool fold_cast(Fold *state, const Node *node, Text *text)
{
    const char *type = node_last_text(node_field(node, "typeName.names"));
    return (strcmp(type, "text") == 0 || strcmp(type, "varchar") == 0) &&
           !node_has(node, "typeName.arrayBounds") && !node_has(node, "typeName.typmods") &&
           fold(state, node_field(node, "arg"), text);
}

static bool fold_known(const char *value, Text *text)
{
    text_append(text, str_from(value));
    return value != NULL;
}

static bool fold(Fold *state, const Node *node, Text *text)
{
    if (state->depth == DEPTH_MAX)
        return false;
    state->depth++;
    bool is_constant = false;
    if (node_is(node, "A_Const"))
        is_constant = fold_known(constant_value(state->arena, node), text);
    else if (node_is(node, "ColumnRef"))
        is_constant = fold_known(name_value(state, node_field(node, "fields")), text);
    else if (node_is(node, "A_Expr"))
        is_constant = fold_operator(state, node, text);
    else if (node_is(node, "FuncCall"))
        is_constant = fold_call(state, node, text);
    else if (node_is(node, "TypeCast"))
        is_constant = fold_cast(state, node, text);
    state->depth--;
    return is_constant;
}

const char *fold_text(Arena *arena, const Node *expression, const FoldNames *names)
{
    Fold state = {.arena = arena, .names = names};
    return fold_value(&state, expression);
}
