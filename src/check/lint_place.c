// Where in a statement's text a finding points, when the tree does not say: a subcommand of ALTER
// TABLE and a name in DROP have no place of their own, but commas divide them.
#include "check/lint_private.h"
#include "sql/lex.h"

#include <string.h>

static bool is_word(const Lexer *lexer, Token token, const char *word)
{
    return token.kind == TOKEN_WORD && lex_is_word(lexer, token, str_from(word));
}

// Of ALTER TABLE: behind the table's name; of DROP: behind the kind of object. The token there.
static Token first_item(Lexer *lexer, const ParsedStatement *parsed)
{
    if (node_is(parsed->node, "AlterTableStmt")) {
        size_t name = parsed_offset(parsed, node_field(parsed->node, "relation"));
        Token token = lex_next_significant(lexer);
        while (token.kind != TOKEN_END && token.start < name)
            token = lex_next_significant(lexer);
        for (token = lex_next_significant(lexer); token.kind == TOKEN_DOT;
             token = lex_next_significant(lexer))
            lex_next_significant(lexer);
        if (str_eq(lex_text(lexer, token), STR("*")))
            token = lex_next_significant(lexer);
        return token;
    }
    lex_next_significant(lexer); // DROP
    Token token = lex_next_significant(lexer);
    if (is_word(lexer, token, "materialized") || is_word(lexer, token, "foreign"))
        lex_next_significant(lexer);
    token = lex_next_significant(lexer);
    if (is_word(lexer, token, "concurrently"))
        token = lex_next_significant(lexer);
    if (is_word(lexer, token, "if")) {
        lex_next_significant(lexer);
        token = lex_next_significant(lexer);
    }
    return token;
}

static size_t item_offset(const ParsedStatement *parsed, size_t number)
{
    Lexer lexer = {.text = parsed->statement.text, .is_whole = true};
    Token token = first_item(&lexer, parsed);
    int depth = 0;
    for (; number && token.kind != TOKEN_END; token = lex_next_significant(&lexer)) {
        Str text = lex_text(&lexer, token);
        bool opens = token.kind == TOKEN_OPEN || str_eq(text, STR("["));
        bool closes = token.kind == TOKEN_CLOSE || str_eq(text, STR("]"));
        depth += opens - closes;
        number -= depth == 0 && str_eq(text, STR(","));
    }
    return token.kind == TOKEN_END || number ? 0 : token.start;
}

// Its number in the list, from 0; false: it is not in it.
static bool find_number(const Node *list, const Node *wanted, size_t *ret_number)
{
    size_t number = 0;
    NODE_EACH(item, list)
    {
        if (item == wanted) {
            *ret_number = number;
            return true;
        }
        number++;
    }
    return false;
}

size_t lint_place(const Judged *judged, const Node *at)
{
    const ParsedStatement *parsed = judged->parsed;
    const Node *item = at ? at : judged->command;
    size_t offset = item ? parsed_offset(parsed, item) : 0;
    size_t number;
    const char *list = judged->command ? "cmds" : "objects";
    if (!item || !find_number(node_field(parsed->node, list), item, &number))
        return offset;
    size_t place = item_offset(parsed, number);
    // What is inside of a subcommand is nearer to the point than its first word.
    return offset > place ? offset : place;
}
