#include "check/statement_item.h"

#include <string.h>

static bool is_word(const Lexer *lexer, Token token, const char *word)
{
    return token.kind == TOKEN_WORD && lex_is_word(lexer, token, str_from(word));
}

Token statement_first_item(Lexer *lexer, const ParsedStatement *parsed)
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

static bool is_text(const Lexer *lexer, Token token, const char *text)
{
    return str_eq(lex_text(lexer, token), str_from(text));
}

void statement_items(Arena *arena, const ParsedStatement *parsed, ItemRanges *ret_ranges)
{
    Lexer lexer = {.text = parsed->statement.text, .is_whole = true};
    ItemRange *range = NULL;
    int depth = 0;
    for (Token token = statement_first_item(&lexer, parsed);
         token.kind != TOKEN_END && token.kind != TOKEN_SEMICOLON;
         token = lex_next_significant(&lexer)) {
        bool opens = token.kind == TOKEN_OPEN || is_text(&lexer, token, "[");
        bool closes = token.kind == TOKEN_CLOSE || is_text(&lexer, token, "]");
        depth += opens - closes;
        if (depth == 0 && is_text(&lexer, token, ",")) {
            range = NULL;
            continue;
        }
        if (!range) {
            range = vec_append(arena, ret_ranges);
            range->from = token.start;
        }
        range->until = token.end;
    }
}
