#include "check/fix/overtake.h"

#include "sql/lex.h"

#include <string.h>
#include <strings.h>

static bool is_name(const Words *names, Str word)
{
    VEC_EACH (const char *, name, names)
        if (str_eq_nocase(word, str_from(*name)))
            return true;
    return false;
}

static Str without_quotes(Str text)
{
    return text.n >= 2 && text.p[0] == '"' ? (Str){text.p + 1, text.n - 2} : text;
}

// In a string or body a name may be part of anything.
static bool is_inside(const Words *names, Str text)
{
    VEC_EACH (const char *, name, names) {
        size_t length = strlen(*name);
        for (size_t at = 0; at + length <= text.n; at++)
            if (strncasecmp(text.p + at, *name, length) == 0)
                return true;
    }
    return false;
}

static bool is_one_of(Str word, const char *const *words)
{
    for (; *words; words++)
        if (str_eq_nocase(word, str_from(*words)))
            return true;
    return false;
}

static bool is_harmless(const Words *names, bool guards_rows, Str statement)
{
    // SELECT may call a function, and each of these runs code that is not here.
    static const char *const CODE[] = {"do", "call", "select", "with", "execute", NULL};
    static const char *const ROWS[] = {"insert", "update", "delete", "merge", "copy", NULL};
    static const char *const SESSION[] = {"set", "reset", NULL};
    Lexer lexer = {.text = statement, .is_whole = true};
    Token token = lex_next_significant(&lexer);
    Str verb = lex_text(&lexer, token);
    if (is_one_of(verb, CODE) || (guards_rows && is_one_of(verb, ROWS)) ||
        is_one_of(verb, SESSION)) // it holds for what follows, wherever that is
        return false;
    for (; token.kind != TOKEN_END && token.kind != TOKEN_MORE;
         token = lex_next_significant(&lexer)) {
        Str text = lex_text(&lexer, token);
        bool is_text = token.kind == TOKEN_STRING || token.kind == TOKEN_DOLLAR_STRING;
        if (is_text ? is_inside(names, text) : is_name(names, without_quotes(text)))
            return false;
    }
    return true;
}

bool overtake_is_harmless(const Fix *fix, Str statement)
{
    return is_harmless(&fix->names, fix->guards_rows, statement);
}

bool overtake_is_free(const Fix *fix, Str statement)
{
    return is_harmless(&fix->contract_names, false, statement);
}
