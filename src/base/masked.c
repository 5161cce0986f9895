#include "base/masked.h"

#include "base/text.h"

#include <string.h>

static const Str WORD = STR("password");
static const char MASK[] = "***";

// A stretch of the text that is not to be seen; empty: there is none.
typedef struct Secret {
    size_t from;
    size_t to;
} Secret;

static size_t skip_blanks(Str text, size_t at)
{
    while (at < text.n && strchr(" \t\r\n", text.p[at]))
        at++;
    return at;
}

static size_t run_of(Str text, size_t at, const char *ends)
{
    while (at < text.n && !strchr(ends, text.p[at]))
        at++;
    return at;
}

// Behind "://": what is between the first colon and the last @ of the address.
static Secret in_address(Str text, size_t at)
{
    size_t end = run_of(text, at, " \t\r\n'\"`<>");
    size_t colon = run_of(text, at, ":/ \t\r\n'\"`<>");
    if (colon >= end || text.p[colon] != ':')
        return (Secret){0};
    for (size_t last = end; last-- > colon;)
        if (text.p[last] == '@')
            return (Secret){colon + 1, last};
    return (Secret){0};
}

// To the quote that ends it, a doubled one counted in; without one, as in a text that was cut, to
// the end.
static Secret in_quotes(Str text, size_t at)
{
    char quote = text.p[at];
    size_t from = at + 1;
    for (size_t i = from; i < text.n; i++) {
        if (text.p[i] != quote)
            continue;
        if (i + 1 == text.n || text.p[i + 1] != quote)
            return (Secret){from, i};
        i++;
    }
    return (Secret){from, text.n};
}

static Secret in_dollars(Str text, size_t at)
{
    size_t tag_end = run_of(text, at + 1, "$ \t\r\n'");
    if (tag_end >= text.n || text.p[tag_end] != '$')
        return (Secret){0};
    size_t from = tag_end + 1;
    ptrdiff_t end = str_find(str_skip(text, from), (Str){text.p + at, from - at});
    return (Secret){from, end < 0 ? text.n : from + (size_t)end};
}

// Behind the word: PASSWORD 'x', password = 'x', password=x, "password": "x".
static Secret behind_word(Str text, size_t at)
{
    if (at < text.n && text.p[at] == '"') // of a name
        at++;
    at = skip_blanks(text, at);
    bool is_given = at < text.n && strchr("=:", text.p[at]);
    if (is_given)
        at = skip_blanks(text, at + 1);
    if (at + 1 < text.n && strchr("eE", text.p[at]) && text.p[at + 1] == '\'')
        at++;
    if (at >= text.n)
        return (Secret){0};
    if (text.p[at] == '\'' || (is_given && text.p[at] == '"'))
        return in_quotes(text, at);
    if (text.p[at] == '$')
        return in_dollars(text, at);
    return is_given ? (Secret){at, run_of(text, at, " \t\r\n'\"`,;)&")} : (Secret){0};
}

static Secret find_at(Str text, size_t at)
{
    Str rest = str_skip(text, at);
    if (str_starts(rest, STR("://")))
        return in_address(text, at + 3);
    if (rest.n >= WORD.n && str_eq_nocase((Str){rest.p, WORD.n}, WORD))
        return behind_word(text, at + WORD.n);
    return (Secret){0};
}

const char *masked_passwords(Arena *arena, const char *text)
{
    Str whole = str_from(text);
    TEXT_SCOPED masked;
    size_t kept = 0;
    text_init(&masked, whole.n * (sizeof MASK + 1) + sizeof MASK);
    for (size_t at = 0; at < whole.n;) {
        Secret secret = find_at(whole, at);
        if (secret.from >= secret.to) {
            at++;
            continue;
        }
        text_append(&masked, (Str){whole.p + kept, secret.from - kept});
        text_append(&masked, str_from(MASK));
        kept = at = secret.to;
    }
    if (!kept)
        return text;
    text_append(&masked, str_skip(whole, kept));
    return arena_strdup(arena, text_cstr(&masked));
}
