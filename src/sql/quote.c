#include "sql/quote.h"

#include "base/text.h"

static char *doubled(Arena *arena, const char *text, char quote, const char *prefix, bool backslash)
{
    TEXT_SCOPED out;
    text_init(&out, (size_t)1 << 30);
    text_append(&out, str_from(prefix));
    text_append_char(&out, quote);
    for (const char *p = text; *p; p++) {
        if (*p == quote || (backslash && *p == '\\'))
            text_append_char(&out, *p);
        text_append_char(&out, *p);
    }
    text_append_char(&out, quote);
    return arena_dup(arena, text_str(&out));
}

char *quote_identifier(Arena *arena, const char *name)
{
    return doubled(arena, name, '"', "", false);
}

char *quote_literal(Arena *arena, const char *text)
{
    bool has_backslash = str_until(str_from(text), '\\').n < str_from(text).n;
    return doubled(arena, text, '\'', has_backslash ? "E" : "", has_backslash);
}
