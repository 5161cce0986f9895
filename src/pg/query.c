#include "pg/query.h"

#include "base/text.h"
#include "sql/quote.h"

#include <string.h>

static const char DEFAULT_SCHEMA[] = "migrate_safe";

const char *query_text(Arena *arena, const Query *query, const char *schema)
{
    if (strcmp(schema, DEFAULT_SCHEMA) == 0)
        return query->text;
    TEXT_SCOPED out;
    text_init(&out, (size_t)1 << 20);
    Str needle = STR("migrate_safe.");
    Str rest = str_from(query->text);
    for (ptrdiff_t at; (at = str_find(rest, needle)) >= 0;) {
        text_append(&out, (Str){rest.p, (size_t)at});
        text_printf(&out, "%s.", quote_identifier(arena, schema));
        rest = str_skip(rest, (size_t)at + needle.n);
    }
    text_append(&out, rest);
    return arena_dup(arena, text_str(&out));
}
