#include "check/replay/expression.h"

#include "sql/lex.h"

enum {
    LONGEST_TEXT = 2048, // what is longer is nobody's default, and nothing to show
    DEEPEST = 64,
};

static const char *kept_slice(const Replay *replay, Str text)
{
    text = str_trim(text);
    return text.n && text.n <= LONGEST_TEXT ? arena_dup(replay->model->arena, text) : NULL;
}

static Lexer lexer_at(const Replay *replay, size_t at)
{
    return (Lexer){.text = replay->parsed->statement.text, .is_whole = true, .at = at};
}

// Moves behind the parenthesis that closes the one just read.
static size_t close_of(Lexer *lexer)
{
    for (int depth = 1;;) {
        Token token = lex_next_significant(lexer);
        if (token.kind == TOKEN_END)
            return lexer->text.n;
        depth += (token.kind == TOKEN_OPEN) - (token.kind == TOKEN_CLOSE);
        if (depth == 0)
            return token.start;
    }
}

const char *text_in_parens(const Replay *replay, size_t at, Str keyword)
{
    Lexer lexer = lexer_at(replay, at);
    Token token;
    do {
        token = lex_next_significant(&lexer);
        if (token.kind == TOKEN_END)
            return NULL;
    } while (!lex_is_word(&lexer, token, keyword));
    token = lex_next_significant(&lexer);
    if (token.kind != TOKEN_OPEN)
        return NULL;
    size_t start = token.end;
    size_t end = close_of(&lexer);
    return kept_slice(replay, (Str){lexer.text.p + start, end - start});
}

// The words that can follow a default in a column's definition.
static bool ends_default(const Lexer *lexer, Token token)
{
    static const Str WORDS[] = {
        {"not", 3},         {"null", 4},      {"constraint", 10}, {"check", 5},
        {"unique", 6},      {"primary", 7},   {"references", 10}, {"generated", 9},
        {"deferrable", 10}, {"initially", 9}, {"collate", 7},
    };
    for (size_t i = 0; i < sizeof WORDS / sizeof *WORDS; i++)
        if (lex_is_word(lexer, token, WORDS[i]))
            return true;
    return false;
}

static size_t end_of_default(Lexer *lexer, bool is_definition)
{
    int depth = 0;
    bool is_first = true;
    for (size_t end = lexer->at;;) {
        Token token = lex_next_significant(lexer);
        char first = token.kind == TOKEN_OTHER ? lexer->text.p[token.start] : '\0';
        if (token.kind == TOKEN_END || token.kind == TOKEN_SEMICOLON)
            return end;
        if (depth == 0 && (token.kind == TOKEN_CLOSE || first == ','))
            return end;
        if (depth == 0 && !is_first && is_definition && ends_default(lexer, token))
            return end;
        depth += (token.kind == TOKEN_OPEN || first == '[') -
                 (token.kind == TOKEN_CLOSE || first == ']');
        end = token.end;
        is_first = false;
    }
}

const char *default_text(const Replay *replay, size_t at)
{
    Lexer lexer = lexer_at(replay, at);
    Token token;
    do {
        token = lex_next_significant(&lexer);
        if (token.kind == TOKEN_END)
            return NULL;
    } while (!lex_is_word(&lexer, token, STR("default")));
    size_t start = lexer.at;
    size_t end = end_of_default(&lexer, true);
    return kept_slice(replay, (Str){lexer.text.p + start, end - start});
}

// The leftmost: an operator's own place is behind its left side.
static size_t expression_start(const Replay *replay, const Node *expression)
{
    const Node *first = expression;
    NODE_WALK(node, expression)
    if (node_location(node) > 0 &&
        (node_location(first) <= 0 || node_location(node) < node_location(first)))
        first = node;
    return parsed_offset(replay->parsed, first);
}

// With the parentheses around it, which are not in the tree. 0: nobody knows where.
static size_t start_in_parens(const Replay *replay, const Node *expression)
{
    Str text = replay->parsed->statement.text;
    size_t start = expression_start(replay, expression);
    for (size_t i = start; i > 0; i--) {
        char c = text.p[i - 1];
        if (c == '(')
            start = i - 1;
        else if (c != ' ' && c != '\t' && c != '\n' && c != '\r')
            break;
    }
    return start;
}

const char *alter_default_text(const Replay *replay, const Node *expression)
{
    Str text = replay->parsed->statement.text;
    size_t start = start_in_parens(replay, expression);
    if (start == 0)
        return NULL;
    Lexer lexer = lexer_at(replay, start);
    size_t end = end_of_default(&lexer, false);
    return kept_slice(replay, (Str){text.p + start, end - start});
}

const char *set_expression_text(const Replay *replay, const Node *expression)
{
    Str text = replay->parsed->statement.text;
    size_t start = start_in_parens(replay, expression);
    if (start == 0 || text.p[start] != '(')
        return NULL;
    Lexer lexer = lexer_at(replay, start + 1);
    size_t end = close_of(&lexer);
    return kept_slice(replay, (Str){text.p + start + 1, end - start - 1});
}

// The column that a ColumnRef names: "a" of a and of t.a; "" of *.
static const char *referenced_column(const Node *reference)
{
    const Node *fields = node_field(reference, "fields");
    const Node *last = NULL;
    NODE_EACH(field, fields)
    last = field;
    return node_is(last, "String") ? node_text(last, NULL) : "";
}

void add_expression_columns(Arena *arena, const Node *expression, Words *columns)
{
    NODE_WALK(node, expression)
    {
        const char *name = node_is(node, "ColumnRef") ? referenced_column(node) : "";
        if (*name && !words_have(columns, name))
            *vec_append(arena, columns) = name;
    }
}

Words expression_columns(Arena *arena, const Node *expression)
{
    Words columns = {0};
    add_expression_columns(arena, expression, &columns);
    return columns;
}

static Words union_of(Arena *arena, Words left, Words right)
{
    for (size_t i = 0; i < right.len; i++)
        if (!words_have(&left, right.items[i]))
            *vec_append(arena, &left) = right.items[i];
    return left;
}

static Words intersection_of(Arena *arena, Words left, Words right)
{
    Words both = {0};
    for (size_t i = 0; i < left.len; i++)
        if (words_have(&right, left.items[i]))
            *vec_append(arena, &both) = left.items[i];
    return both;
}

// a IS NOT NULL, or NOT (a IS NULL).
static const char *not_null_column(const Node *node)
{
    bool is_negated = node_is(node, "BoolExpr") && node_text_is(node, "boolop", "NOT_EXPR");
    const Node *test = is_negated ? node_first(node_field(node, "args")) : node;
    const char *wanted = is_negated ? "IS_NULL" : "IS_NOT_NULL";
    if (!node_is(test, "NullTest") || !node_text_is(test, "nulltesttype", wanted) ||
        !node_is(node_field(test, "arg"), "ColumnRef"))
        return "";
    return referenced_column(node_field(test, "arg"));
}

static Words proves(Arena *arena, const Node *node, int depth)
{
    Words columns = {0};
    const char *name = not_null_column(node);
    if (*name)
        *vec_append(arena, &columns) = name;
    bool is_and = node_text_is(node, "boolop", "AND_EXPR");
    bool is_or = node_text_is(node, "boolop", "OR_EXPR");
    if (!node_is(node, "BoolExpr") || !(is_and || is_or) || depth == DEEPEST)
        return columns;
    bool is_first = true;
    NODE_EACH(part, node_field(node, "args"))
    {
        Words more = proves(arena, part, depth + 1);
        columns = is_first || is_and ? union_of(arena, columns, more)
                                     : intersection_of(arena, columns, more);
        is_first = false;
    }
    return columns;
}

Words expression_proves_not_null(Arena *arena, const Node *expression)
{
    return proves(arena, expression, 0);
}
