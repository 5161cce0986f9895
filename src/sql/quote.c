#include "sql/quote.h"

#include "base/text.h"

#include <string.h>

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

// What cannot be a column's or a table's name without quotes (PostgreSQL 18, kwlist.h: reserved,
// and reserved but for functions and types).
static const char RESERVED[] =
    " all analyse analyze and any array as asc asymmetric authorization binary both case cast "
    "check collate collation column concurrently constraint create cross current_catalog "
    "current_date current_role current_schema current_time current_timestamp current_user "
    "default deferrable desc distinct do else end except false fetch for foreign freeze from "
    "full grant group having ilike in initially inner intersect into is isnull join lateral "
    "leading left like limit localtime localtimestamp natural not notnull null offset on only "
    "or order outer overlaps placing primary references returning right select session_user "
    "similar some symmetric system_user table tablesample then to trailing true union unique "
    "user using variadic verbose when where window with ";

static bool is_plain(const char *name)
{
    bool is_letter = (*name >= 'a' && *name <= 'z') || *name == '_';
    size_t length = strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_$");
    if (!is_letter || name[length])
        return false;
    for (const char *at = RESERVED; (at = strstr(at, name)) != NULL; at++)
        if (at[-1] == ' ' && at[length] == ' ')
            return false;
    return true;
}

const char *quote_name(Arena *arena, const char *name)
{
    return is_plain(name) ? name : quote_identifier(arena, name);
}

const char *quote_qualified(Arena *arena, const char *schema, const char *name)
{
    if (!schema || !*schema)
        return quote_name(arena, name);
    return arena_join(arena, str_from(quote_name(arena, schema)), STR("."),
                      str_from(quote_name(arena, name)));
}

char *quote_literal(Arena *arena, const char *text)
{
    bool has_backslash = str_until(str_from(text), '\\').n < str_from(text).n;
    return doubled(arena, text, '\'', has_backslash ? "E" : "", has_backslash);
}
