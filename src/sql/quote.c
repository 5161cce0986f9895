#include "sql/quote.h"

#include "base/text.h"

#include <stdlib.h>
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
static const char *const RESERVED[] = {"all",
                                       "analyse",
                                       "analyze",
                                       "and",
                                       "any",
                                       "array",
                                       "as",
                                       "asc",
                                       "asymmetric",
                                       "authorization",
                                       "binary",
                                       "both",
                                       "case",
                                       "cast",
                                       "check",
                                       "collate",
                                       "collation",
                                       "column",
                                       "concurrently",
                                       "constraint",
                                       "create",
                                       "cross",
                                       "current_catalog",
                                       "current_date",
                                       "current_role",
                                       "current_schema",
                                       "current_time",
                                       "current_timestamp",
                                       "current_user",
                                       "default",
                                       "deferrable",
                                       "desc",
                                       "distinct",
                                       "do",
                                       "else",
                                       "end",
                                       "except",
                                       "false",
                                       "fetch",
                                       "for",
                                       "foreign",
                                       "freeze",
                                       "from",
                                       "full",
                                       "grant",
                                       "group",
                                       "having",
                                       "ilike",
                                       "in",
                                       "initially",
                                       "inner",
                                       "intersect",
                                       "into",
                                       "is",
                                       "isnull",
                                       "join",
                                       "lateral",
                                       "leading",
                                       "left",
                                       "like",
                                       "limit",
                                       "localtime",
                                       "localtimestamp",
                                       "natural",
                                       "not",
                                       "notnull",
                                       "null",
                                       "offset",
                                       "on",
                                       "only",
                                       "or",
                                       "order",
                                       "outer",
                                       "overlaps",
                                       "placing",
                                       "primary",
                                       "references",
                                       "returning",
                                       "right",
                                       "select",
                                       "session_user",
                                       "similar",
                                       "some",
                                       "symmetric",
                                       "system_user",
                                       "table",
                                       "tablesample",
                                       "then",
                                       "to",
                                       "trailing",
                                       "true",
                                       "union",
                                       "unique",
                                       "user",
                                       "using",
                                       "variadic",
                                       "verbose",
                                       "when",
                                       "where",
                                       "window",
                                       "with"};

static int by_text(const void *name, const void *word)
{
    return strcmp(name, *(const char *const *)word);
}

static bool is_plain(const char *name)
{
    bool has_digit = false;
    for (const char *at = name; *at; at++) {
        bool is_letter = (*at >= 'a' && *at <= 'z') || *at == '_';
        bool is_other = (*at >= '0' && *at <= '9') || *at == '$';
        if (!is_letter && (at == name || !is_other))
            return false;
        has_digit |= is_other;
    }
    return *name && (has_digit || !bsearch(name, RESERVED, sizeof RESERVED / sizeof *RESERVED,
                                           sizeof *RESERVED, by_text));
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
