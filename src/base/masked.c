#include "base/masked.h"

#include "base/text.h"

#include <string.h>

static const Str WORD = STR("password");
static const char MASK[] = "***";

// What else a secret stands behind in what programs print. Longer words before their beginnings.
static const Str OUTPUT_WORDS[] = {
    STR("passwd"),       STR("passphrase"), STR("secret_access_key"),
    STR("secret_key"),   STR("secret-key"), STR("secret"),
    STR("access_token"), STR("token"),      STR("api_key"),
    STR("api-key"),      STR("apikey"),     STR("private_key"),
};

enum {
    KNOWN_LEAST = 4, // a shorter one would take words apart
};

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

// "Authorization: Bearer x", "authorization: token x".
static Secret in_authorization(Str text, size_t at)
{
    size_t value = skip_blanks(text, run_of(text, at, ":=\r\n") + 1);
    size_t end = run_of(text, value, "\r\n'\"`");
    size_t scheme = run_of(text, value, " \t\r\n'\"`");
    size_t from = skip_blanks(text, scheme);
    if (value >= text.n || end <= value)
        return (Secret){0};
    return from < end ? (Secret){from, end} : (Secret){value, end};
}

static bool is_base64_url(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_';
}

// A JSON web token: three parts, the first of which is "{" in base64.
static Secret in_web_token(Str text, size_t at)
{
    size_t end = at;
    int dots = 0;
    while (end < text.n && (is_base64_url(text.p[end]) || text.p[end] == '.'))
        dots += text.p[end++] == '.';
    return dots == 2 ? (Secret){at, end} : (Secret){0};
}

static Secret find_known(Str rest, size_t at, const Words *known)
{
    for (size_t i = 0; known && i < known->len; i++) {
        Str value = str_from(known->items[i]);
        if (value.n >= KNOWN_LEAST && str_starts(rest, value))
            return (Secret){at, at + value.n};
    }
    return (Secret){0};
}

static Secret find_in_output_at(Str text, size_t at, const Words *known)
{
    static const Str AUTHORIZATION = STR("authorization");
    static const Str BEARER = STR("bearer ");
    Str rest = str_skip(text, at);
    Secret found = find_known(rest, at, known);
    if (found.from < found.to)
        return found;
    if (str_starts_nocase(rest, AUTHORIZATION))
        return in_authorization(text, at + AUTHORIZATION.n);
    if (str_starts_nocase(rest, BEARER))
        return (Secret){at + BEARER.n, run_of(text, at + BEARER.n, " \t\r\n'\"`,;)")};
    if (str_starts(rest, STR("eyJ")) && (at == 0 || !is_base64_url(text.p[at - 1])))
        return in_web_token(text, at);
    for (size_t i = 0; i < sizeof OUTPUT_WORDS / sizeof *OUTPUT_WORDS; i++)
        if (str_starts_nocase(rest, OUTPUT_WORDS[i]))
            return behind_word(text, at + OUTPUT_WORDS[i].n);
    return (Secret){0};
}

static const char *masked(Arena *arena, const char *text, bool is_output, const Words *known)
{
    Str whole = str_from(text);
    TEXT_SCOPED shown;
    size_t kept = 0;
    text_init(&shown, whole.n * (sizeof MASK + 1) + sizeof MASK);
    for (size_t at = 0; at < whole.n;) {
        Secret secret = find_at(whole, at);
        if (is_output && secret.from >= secret.to)
            secret = find_in_output_at(whole, at, known);
        if (secret.from >= secret.to) {
            at++;
            continue;
        }
        text_append(&shown, (Str){whole.p + kept, secret.from - kept});
        text_append(&shown, str_from(MASK));
        kept = at = secret.to;
    }
    if (!kept)
        return text;
    text_append(&shown, str_skip(whole, kept));
    return arena_strdup(arena, text_cstr(&shown));
}

const char *masked_passwords(Arena *arena, const char *text)
{
    return masked(arena, text, false, NULL);
}

const char *masked_output(Arena *arena, const char *text, const Words *known)
{
    return masked(arena, text, true, known);
}
