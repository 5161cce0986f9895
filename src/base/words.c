#include "base/words.h"

#include "base/text.h"

enum {
    LINE_MAX_BYTES = 1 << 20
};

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static bool is_quote(char c)
{
    return c == '\'' || c == '"';
}

// One word from `at` on, which then stands behind it. False when a quote in it has no end.
static bool take_word(Str text, size_t *at, Text *word, size_t *ret_open)
{
    while (*at < text.n && !is_blank(text.p[*at])) {
        char c = text.p[*at];
        if (!is_quote(c)) {
            text_append_char(word, c);
            ++*at;
            continue;
        }
        Str behind = str_skip(text, *at + 1);
        Str inside = str_until(behind, c);
        if (inside.n == behind.n) {
            *ret_open = *at;
            return false;
        }
        text_append(word, inside);
        *at += inside.n + 2;
    }
    return true;
}

bool words_split(Arena *arena, Str text, Words *ret_words, size_t *ret_open)
{
    Words words = {0};
    TEXT_SCOPED word;
    text_init(&word, text.n + 1);
    for (size_t at = 0;;) {
        while (at < text.n && is_blank(text.p[at]))
            at++;
        if (at == text.n)
            break;
        text_clear(&word);
        if (!take_word(text, &at, &word, ret_open))
            return false;
        *vec_append(arena, &words) = arena_dup(arena, text_str(&word));
    }
    *ret_words = words;
    return true;
}

static bool needs_quotes(const char *word)
{
    for (const char *c = word; *c; c++)
        if (is_blank(*c) || is_quote(*c))
            return true;
    return !*word;
}

char *words_join(Arena *arena, const Words *words)
{
    TEXT_SCOPED line;
    text_init(&line, LINE_MAX_BYTES);
    for (size_t i = 0; i < words->len; i++) {
        const char *word = words->items[i];
        if (line.len)
            text_append_char(&line, ' ');
        if (!needs_quotes(word)) {
            text_append(&line, str_from(word));
            continue;
        }
        text_append_char(&line, '\'');
        for (const char *c = word; *c; c++)
            text_append(&line, *c == '\'' ? STR("'\"'\"'") : (Str){c, 1});
        text_append_char(&line, '\'');
    }
    return arena_dup(arena, text_str(&line));
}

bool words_have(const Words *words, const char *word)
{
    VEC_EACH (const char *const, each, words)
        if (strcmp(*each, word) == 0)
            return true;
    return false;
}
