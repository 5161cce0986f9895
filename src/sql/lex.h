// Cuts SQL into tokens as PostgreSQL's lexer does (src/backend/parser/scan.l of 13 to 18), as far
// as it matters for where a token ends.
// Refuses to know keywords and to look at what a token means; standard_conforming_strings is on.
// Invariant: tokens are adjacent, so together they are the text; a text that arrives in pieces
// gives the same tokens as the whole, but for runs of space and of operators, which may be cut.
#pragma once

#include "base/str.h"

typedef enum TokenKind {
    TOKEN_END,
    TOKEN_MORE, // the token's end is not in the text yet: give more and call again
    TOKEN_SPACE,
    TOKEN_COMMENT,
    TOKEN_WORD,        // an identifier or keyword without quotes
    TOKEN_QUOTED_NAME, // ".." or U&".."
    TOKEN_STRING,      // '..', E'..', U&'..'; of B'..', X'..', N'..' without the letter
    TOKEN_DOLLAR_STRING,
    TOKEN_NUMBER, // also $1
    TOKEN_OPEN,
    TOKEN_CLOSE,
    TOKEN_SEMICOLON,
    TOKEN_DOT,
    TOKEN_BACKSLASH, // with what stands behind it up to a space: no SQL, a command for psql
    TOKEN_OTHER,     // operators, commas, brackets
} TokenKind;

typedef struct Token {
    TokenKind kind;
    bool is_unterminated; // the text ended first
    size_t start;
    size_t end;
} Token;

typedef enum LexContinuation {
    LEX_PLAIN,
    LEX_AFTER_ESCAPE_STRING, // an E'..' has just ended
    LEX_MAY_CONTINUE,        // and a newline has followed: the next quote goes on with it
} LexContinuation;

// Zero value, then `text`: at the start of a text. Between two calls the text may grow, and bytes
// before `at` may be taken away if `at` is moved with them.
typedef struct Lexer {
    Str text;
    bool is_whole;  // nothing follows the text
    size_t at;      // where the next token begins
    size_t scanned; // of a token that wanted more: bytes that need no second look
    size_t depth;   // and how deep its comments were nested
    LexContinuation continuation;
} Lexer;

Token lex_next(Lexer *lexer);
// Passes over words, numbers, dots, operators and spaces, several at a time, without telling which;
// stops before any other token, and maybe earlier. Returns the place behind the last byte passed
// that is no space, or where it began.
size_t lex_skip_dull(Lexer *lexer);
// As lex_next, without spaces and comments.
Token lex_next_significant(Lexer *lexer);
Str lex_text(const Lexer *lexer, Token token);
// A word with these letters in any case. Words in quotes are no words.
bool lex_is_word(const Lexer *lexer, Token token, Str word);
