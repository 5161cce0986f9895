#include "check/sample/constants.h"

#include "catalog/model.h"
#include "sql/parse.h"

static void add_word(Arena *arena, Words *words, const char *word)
{
    if (word && !words_have(words, word))
        *vec_append(arena, words) = word;
}

static const char *const OPEN_OPERATORS[] = {"~",  "~*", "~~", "~~*", "<", ">",
                                             "<=", ">=", "!~", "!~*", NULL};

static bool is_open_operator(const char *name)
{
    for (const char *const *operator= OPEN_OPERATORS; *operator; operator++)
        if (strcmp(*operator, name) == 0)
            return true;
    return false;
}

// The text of 'x', 'x'::text and ('x'::varchar)::text.
static const char *literal_text(const Node *node)
{
    while (node_is(node, "TypeCast"))
        node = node_field(node, "arg");
    return node_is(node, "A_Const") && node_has(node, "sval") ? node_text(node, "sval.sval") : NULL;
}

static void add_operands(Arena *arena, Words *words, const Node *operand)
{
    NODE_WALK(node, operand)
    {
        const char *text = literal_text(node);
        if (text)
            add_word(arena, words, arena_strdup(arena, text));
    }
}

static void add_operator(Arena *arena, const Node *node, SampleConstants *constants)
{
    const char *name = node_last_text(node_field(node, "name"));
    const Node *right = node_field(node, "rexpr");
    if (is_open_operator(name))
        constants->is_open = true;
    if (strcmp(name, "~") == 0 || strcmp(name, "~*") == 0)
        add_operands(arena, &constants->patterns, right);
    if (strcmp(name, "~~") == 0 || strcmp(name, "~~*") == 0)
        add_operands(arena, &constants->likes, right);
}

static void add_constant(Arena *arena, const Node *node, SampleConstants *constants)
{
    if (node_has(node, "sval"))
        add_word(arena, &constants->texts, arena_strdup(arena, node_text(node, "sval.sval")));
    else if (node_has(node, "fval"))
        add_word(arena, &constants->numbers, arena_strdup(arena, node_text(node, "fval.fval")));
    else if (node_has(node, "ival"))
        add_word(arena, &constants->numbers,
                 arena_printf(arena, "%lld", (long long)node_int(node, "ival.ival")));
}

void sample_constants_add(Arena *arena, const char *expression, SampleConstants *constants)
{
    ParsedStatements statements = {0};
    Err err = {0};
    const char *sql = arena_printf(arena, "SELECT %s", expression);
    if (!parse_script(arena, str_from(sql), NULL, &statements, &err) || statements.len != 1 ||
        !statements.items[0].node)
        return;
    NODE_WALK(node, statements.items[0].node)
    {
        if (node_is(node, "A_Expr"))
            add_operator(arena, node, constants);
        else if (node_is(node, "FuncCall"))
            constants->is_open = true;
        else if (node_is(node, "A_Const") && !node_flag(node, "isnull"))
            add_constant(arena, node, constants);
    }
}
