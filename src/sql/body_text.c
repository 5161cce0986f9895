#include "sql/body_text.h"

#include "sql/lex.h"

#include <string.h>

// What is inside of a literal's quotes.
static Str without_quotes(Str literal)
{
    size_t open = 0;
    size_t close = 1;
    if (literal.p[0] == '$') {
        const char *tag_end = memchr(literal.p + 1, '$', literal.n - 1);
        open = close = tag_end ? (size_t)(tag_end - literal.p) + 1 : 1;
    } else {
        const char *quote = memchr(literal.p, '\'', literal.n); // behind E or U&
        open = quote ? (size_t)(quote - literal.p) + 1 : 0;
    }
    if (open + close > literal.n)
        return (Str){literal.p, 0};
    return (Str){literal.p + open, literal.n - open - close};
}

void body_text_init(BodyText *body, Str statement, size_t from, Str text)
{
    Lexer lexer = {.text = statement, .is_whole = true, .at = from < statement.n ? from : 0};
    Token token = lex_next_significant(&lexer);
    while (token.kind != TOKEN_STRING && token.kind != TOKEN_DOLLAR_STRING &&
           token.kind != TOKEN_END)
        token = lex_next_significant(&lexer);
    *body = (BodyText){.text = text, .raw = {statement.p + token.start, 0}, .raw_at = token.start};
    if (token.kind == TOKEN_END)
        return;
    body->raw = without_quotes(lex_text(&lexer, token));
    body->raw_at = (size_t)(body->raw.p - statement.p);
    body->is_direct = str_eq(body->raw, text);
}

size_t body_text_origin(const BodyText *body, size_t at)
{
    if (body->is_direct)
        return body->raw_at + (at < body->raw.n ? at : body->raw.n);
    size_t raw = 0;
    for (size_t i = 0; i < at && i < body->text.n && raw < body->raw.n; i++) {
        if (body->raw.p[raw] != body->text.p[i])
            break; // a backslash: as near as one gets
        bool is_doubled =
            body->raw.p[raw] == '\'' && raw + 1 < body->raw.n && body->raw.p[raw + 1] == '\'';
        raw += is_doubled ? 2 : 1;
    }
    return body->raw_at + raw;
}

size_t body_text_line(const BodyText *body, LineMark *mark, int line)
{
    if (line < mark->line)
        *mark = (LineMark){1, 0};
    Str text = body->text;
    const char *newline;
    while (mark->line < line &&
           (newline = memchr(text.p + mark->at, '\n', text.n - mark->at)) != NULL)
        *mark = (LineMark){mark->line + 1, (size_t)(newline - text.p) + 1};
    return mark->at;
}

static bool is_word_byte(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           (unsigned char)c >= 0x80;
}

// A word goes on across this place.
static bool is_inside_word(Str text, size_t at)
{
    return at > 0 && at < text.n && is_word_byte(text.p[at - 1]) && is_word_byte(text.p[at]);
}

ptrdiff_t body_text_find_words(const BodyText *body, size_t from, Str words)
{
    Str text = body->text;
    while (words.n > 0 && from < text.n) {
        ptrdiff_t found = str_find(str_skip(text, from), words);
        if (found < 0)
            break;
        size_t at = from + (size_t)found;
        if (!is_inside_word(text, at) && !is_inside_word(text, at + words.n))
            return (ptrdiff_t)at;
        from = at + 1;
    }
    return -1;
}

static bool is_behind(Str text, size_t at, Str word)
{
    while (at > 0 && memchr(" \t\r\n", text.p[at - 1], 4))
        at--;
    return at >= word.n && str_eq_nocase((Str){text.p + at - word.n, word.n}, word);
}

static ptrdiff_t find_execute(const BodyText *body, size_t from, Str expression)
{
    ptrdiff_t at = body_text_find_words(body, from, expression);
    while (at >= 0 && !is_behind(body->text, (size_t)at, STR("EXECUTE")))
        at = body_text_find_words(body, (size_t)at + 1, expression);
    return at;
}

size_t body_text_find(const BodyText *body, const BodySearch *search)
{
    Str text = body->text;
    Str query = search->query;
    bool is_behind_from = search->after >= (ptrdiff_t)search->from;
    size_t from = is_behind_from ? (size_t)search->after + 1 : search->from;
    ptrdiff_t at = search->has_execute ? find_execute(body, from, query)
                                       : body_text_find_words(body, from, query);
    if (at >= 0)
        return (size_t)at;
    if (str_starts(query, STR("SELECT"))) {
        at = body_text_find_words(body, from, str_skip(query, 6));
        if (at >= 7 && is_behind(text, (size_t)at, STR("PERFORM")))
            return (size_t)at - 7;
    }
    at = body_text_find_words(body, from, str_until(query, ' '));
    return at >= 0 ? (size_t)at : search->from;
}
