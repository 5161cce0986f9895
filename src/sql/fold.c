#include "sql/fold.h"

#include "base/text.h"
#include "sql/quote.h"

#include <stdlib.h>
#include <string.h>

enum {
    DEPTH_MAX = 2000, // of `a || b || ...`: beyond it the text counts as not constant
    TEXT_MAX = 1 << 20,
    ARGUMENTS_MAX = 100
};

typedef struct Fold {
    Arena *arena;
    const FoldNames *names;
    size_t depth;
} Fold;

static const char *fold(Fold *state, const Node *node);

static const char *fold_constant(Arena *arena, const Node *node)
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

static const char *fold_name(const Fold *state, const Node *fields)
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
static bool append_specifier(Arena *arena, const char **at, const char *const *values, size_t count,
                             size_t *next, Text *text)
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
    if (*next >= count || **at == '\0')
        return false;
    const char *value = formatted(arena, **at, values[*next]);
    if (!value)
        return false;
    text_append(text, str_from(value));
    ++*next;
    ++*at;
    return true;
}

static const char *fold_format(Arena *arena, const char *const *values, size_t count)
{
    TEXT_SCOPED text;
    text_init(&text, TEXT_MAX);
    size_t next = 1;
    const char *at = values[0];
    while (*at) {
        size_t plain = strcspn(at, "%");
        text_append(&text, (Str){at, plain});
        at += plain;
        if (*at == '%' && (at++, !append_specifier(arena, &at, values, count, &next, &text)))
            return NULL;
    }
    return text.is_cut ? NULL : arena_dup(arena, text_str(&text));
}

static const char *fold_call(Fold *state, const Node *call)
{
    const char *values[ARGUMENTS_MAX];
    size_t count = 0;
    NODE_EACH(argument, node_field(call, "args"))
    {
        const char *value = count < ARGUMENTS_MAX ? fold(state, argument) : NULL;
        if (!value)
            return NULL;
        values[count++] = value;
    }
    const char *name = node_last_text(node_field(call, "funcname"));
    if (count == 0 || node_flag(call, "func_variadic"))
        return NULL;
    if (strcmp(name, "format") == 0)
        return fold_format(state->arena, values, count);
    if (strcmp(name, "concat") == 0) {
        const char *text = "";
        for (size_t i = 0; i < count; i++)
            text = arena_join(state->arena, str_from(text), str_from(values[i]), STR(""));
        return text;
    }
    if (count == 1 && strcmp(name, "quote_ident") == 0)
        return quote_identifier(state->arena, values[0]);
    if (count == 1 && (strcmp(name, "quote_literal") == 0 || strcmp(name, "quote_nullable") == 0))
        return quote_literal(state->arena, values[0]);
    return NULL;
}

static const char *fold_operator(Fold *state, const Node *node)
{
    if (!node_text_is(node, "kind", "AEXPR_OP") ||
        strcmp(node_last_text(node_field(node, "name")), "||") != 0)
        return NULL;
    const char *left = fold(state, node_field(node, "lexpr"));
    const char *right = left ? fold(state, node_field(node, "rexpr")) : NULL;
    return right ? arena_join(state->arena, str_from(left), str_from(right), STR("")) : NULL;
}

static const char *fold_cast(Fold *state, const Node *node)
{
    static const char *const TYPES[] = {"text", "varchar"};
    const char *type = node_last_text(node_field(node, "typeName.names"));
    for (size_t i = 0; i < sizeof TYPES / sizeof *TYPES; i++)
        if (strcmp(type, TYPES[i]) == 0 && !node_has(node, "typeName.arrayBounds") &&
            !node_has(node, "typeName.typmods"))
            return fold(state, node_field(node, "arg"));
    return NULL;
}

static const char *fold(Fold *state, const Node *node)
{
    if (state->depth == DEPTH_MAX)
        return NULL;
    state->depth++;
    const char *text = NULL;
    if (node_is(node, "A_Const"))
        text = fold_constant(state->arena, node);
    else if (node_is(node, "ColumnRef"))
        text = fold_name(state, node_field(node, "fields"));
    else if (node_is(node, "A_Expr"))
        text = fold_operator(state, node);
    else if (node_is(node, "FuncCall"))
        text = fold_call(state, node);
    else if (node_is(node, "TypeCast"))
        text = fold_cast(state, node);
    state->depth--;
    return text;
}

const char *fold_text(Arena *arena, const Node *expression, const FoldNames *names)
{
    Fold state = {.arena = arena, .names = names};
    return fold(&state, expression);
}
