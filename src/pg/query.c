#include "pg/query.h"

#include "base/text.h"
#include "sql/quote.h"

#include <string.h>

static const char DEFAULT_SCHEMA[] = "migrate_safe";

static const char *replace(Arena *arena, const char *text, Str needle, const char *by)
{
    TEXT_SCOPED out;
    text_init(&out, (size_t)1 << 20);
    Str rest = str_from(text);
    for (ptrdiff_t at; (at = str_find(rest, needle)) >= 0;) {
        text_append(&out, (Str){rest.p, (size_t)at});
        text_append(&out, str_from(by));
        rest = str_skip(rest, (size_t)at + needle.n);
    }
    text_append(&out, rest);
    return arena_dup(arena, text_str(&out));
}

const char *query_text(Arena *arena, const Query *query, const char *schema)
{
    if (strcmp(schema, DEFAULT_SCHEMA) == 0)
        return query->text;
    const char *by = arena_printf(arena, "%s.", quote_identifier(arena, schema));
    return replace(arena, query->text, STR("migrate_safe."), by);
}

const char *query_text_for_table(Arena *arena, const Query *query, const char *schema,
                                 const char *relation)
{
    return replace(arena, query_text(arena, query, schema), STR("public.schema_versions"),
                   relation);
}
