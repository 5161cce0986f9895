#include "sql/pattern.h"

void tokens_init(Tokens *tokens, Str text)
{
    *tokens = (Tokens){.lexer = {.text = text, .is_whole = true}};
    tokens_advance(tokens);
}

void tokens_advance(Tokens *tokens)
{
    tokens->token = lex_next_significant(&tokens->lexer);
}

bool tokens_is_word(const Tokens *tokens, const char *word)
{
    return lex_is_word(&tokens->lexer, tokens->token, str_from(word));
}

Str tokens_text(const Tokens *tokens)
{
    return lex_text(&tokens->lexer, tokens->token);
}

bool tokens_pass_name(Tokens *tokens, Str *ret_name, Str *ret_owner)
{
    size_t start = tokens->token.start;
    size_t owner_end = start;
    for (;;) {
        if (tokens->token.kind != TOKEN_WORD && tokens->token.kind != TOKEN_QUOTED_NAME)
            return false;
        size_t end = tokens->token.end;
        tokens_advance(tokens);
        if (tokens->token.kind != TOKEN_DOT) {
            const char *text = tokens->lexer.text.p + start;
            if (ret_name)
                *ret_name = (Str){text, end - start};
            if (ret_owner)
                *ret_owner = (Str){text, owner_end - start};
            return true;
        }
        owner_end = end;
        tokens_advance(tokens);
    }
}

bool tokens_pass_parentheses(Tokens *tokens)
{
    if (tokens->token.kind != TOKEN_OPEN)
        return false;
    size_t depth = 0;
    do {
        if (tokens->token.kind == TOKEN_END)
            return false;
        depth += tokens->token.kind == TOKEN_OPEN;
        depth -= tokens->token.kind == TOKEN_CLOSE;
        tokens_advance(tokens);
    } while (depth > 0);
    return true;
}

static bool pass_word(Tokens *tokens, Str alternatives)
{
    while (alternatives.n) {
        Str word = str_until(alternatives, '|');
        if (lex_is_word(&tokens->lexer, tokens->token, word)) {
            tokens_advance(tokens);
            return true;
        }
        alternatives = str_skip(alternatives, word.n < alternatives.n ? word.n + 1 : word.n);
    }
    return false;
}

bool tokens_pass_word(Tokens *tokens, const char *alternatives)
{
    return pass_word(tokens, str_from(alternatives));
}

static bool pass_asterisk(Tokens *tokens)
{
    if (!str_eq(tokens_text(tokens), STR("*")))
        return false;
    tokens_advance(tokens);
    return true;
}

static bool pass_noted_word(Tokens *tokens, Str word, PatternMatch *match)
{
    if (!pass_word(tokens, word))
        return false;
    match->has_concurrently |= str_eq(word, STR("CONCURRENTLY"));
    match->has_exists |= str_eq(word, STR("EXISTS"));
    match->has_only |= str_eq(word, STR("ONLY"));
    return true;
}

static bool pass_element(Tokens *tokens, Str element, PatternMatch *match)
{
    switch (element.p[0]) {
    case '@':
        if (element.n == 1)
            return tokens_pass_name(tokens, NULL, NULL);
        if (element.p[1] == 'o')
            return tokens_pass_name(tokens, &match->object, NULL);
        return tokens_pass_name(tokens, &match->relation, &match->owner);
    case '(':
        return tokens_pass_parentheses(tokens);
    case '$':
        return tokens->token.kind == TOKEN_END;
    case '\'':
        return tokens->token.kind == TOKEN_STRING;
    case '*':
        return pass_asterisk(tokens);
    default:
        return pass_noted_word(tokens, element, match);
    }
}

bool pattern_match(Tokens *tokens, const char *pattern, PatternMatch *ret_match)
{
    Tokens at = *tokens;
    PatternMatch match = {0};
    Str rest = str_from(pattern);
    while (rest.n) {
        Str element = str_until(rest, ' ');
        rest = str_skip(rest, element.n < rest.n ? element.n + 1 : element.n);
        bool is_optional = str_ends(element, STR("?"));
        element.n -= is_optional;
        if (!pass_element(&at, element, &match) && !is_optional)
            return false;
    }
    *tokens = at;
    *ret_match = match;
    return true;
}

// The spellings that defGetBoolean knows.
static bool is_false(const Tokens *tokens)
{
    Str value = tokens_text(tokens);
    if (tokens->token.kind == TOKEN_STRING && value.n >= 2 && value.p[0] == '\'')
        value = (Str){value.p + 1, value.n - 2};
    return str_eq_nocase(value, STR("false")) || str_eq_nocase(value, STR("off")) ||
           str_eq(value, STR("0"));
}

OptionState pattern_option(Tokens tokens, const char *option)
{
    size_t depth = 0;
    for (; tokens.token.kind != TOKEN_END; tokens_advance(&tokens)) {
        depth += tokens.token.kind == TOKEN_OPEN;
        depth -= depth > 0 && tokens.token.kind == TOKEN_CLOSE;
        if (depth != 1 || !tokens_is_word(&tokens, option))
            continue;
        tokens_advance(&tokens);
        if (str_eq(tokens_text(&tokens), STR("=")))
            tokens_advance(&tokens);
        return is_false(&tokens) ? OPTION_OFF : OPTION_ON;
    }
    return OPTION_ABSENT;
}
