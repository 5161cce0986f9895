// The leading words of a statement, compared with a pattern; the names that stand among them.
// Refuses grammar beyond that. Invariant: space and comments never count, words match in any case,
// words in quotes are names only.
#pragma once

#include "sql/lex.h"

// The statement's tokens one after the other, without spaces and comments.
typedef struct Tokens {
    Lexer lexer;
    Token token;
} Tokens;

void tokens_init(Tokens *tokens, Str text);
void tokens_advance(Tokens *tokens);
bool tokens_is_word(const Tokens *tokens, const char *word);
Str tokens_text(const Tokens *tokens);
// These pass what they name and say whether it was there; after false, tokens may stand inside it.
bool tokens_pass_word(Tokens *tokens, const char *alternatives); // "A|B"
// A name with its dots. `ret_name` and `ret_owner` (without its last part, empty when it has one
// part) may be NULL.
bool tokens_pass_name(Tokens *tokens, Str *ret_name, Str *ret_owner);
bool tokens_pass_parentheses(Tokens *tokens);

typedef struct PatternMatch {
    Str object;   // @o
    Str relation; // @r
    Str owner;    // of @r: the name without its last part
    bool has_concurrently;
    bool has_exists; // IF EXISTS, IF NOT EXISTS
    bool has_only;
} PatternMatch;

// Patterns: WORD, A|B one of them, @ a name with its dots (@o, @r: remembered), () anything in
// parentheses, * the asterisk, ' a string, $ the statement's end; with ? behind it, maybe. When it
// matches, `tokens` stand behind it.
bool pattern_match(Tokens *tokens, const char *pattern, PatternMatch *ret_match);

typedef enum OptionState {
    OPTION_ABSENT,
    OPTION_OFF,
    OPTION_ON, // also without a value
} OptionState;

// The state of an option in the first level of parentheses from here on.
OptionState pattern_option(Tokens tokens, const char *option);
