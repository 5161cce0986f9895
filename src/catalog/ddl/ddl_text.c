#include "catalog/ddl/ddl_text.h"

#include "base/text.h"
#include "sql/quote.h"

enum {
    TEXT_MAX = 1 << 30
};

// A doubled quote closes and opens again, which is the same; a backslash is always doubled.
size_t ddl_scan(Str text, Str needle)
{
    char quote = '\0';
    int depth = 0;
    for (size_t i = 0; i < text.n; i++) {
        char c = text.p[i];
        if (!quote && depth == 0 && str_starts(str_skip(text, i), needle))
            return i;
        if (quote)
            quote = c == quote ? '\0' : quote;
        else if (c == '\'' || c == '"')
            quote = c;
        else if (c == '(' || c == '[')
            depth++;
        else if (c == ')' || c == ']')
            depth--;
    }
    return text.n;
}

static DdlItems split(Arena *arena, const char *list, Str separator)
{
    DdlItems items = {0};
    Str rest = str_from(list);
    while (rest.n > 0) {
        size_t end = ddl_scan(rest, separator);
        *vec_append(arena, &items) = (Str){rest.p, end};
        rest = end < rest.n ? str_skip(rest, end + separator.n) : (Str){0};
    }
    return items;
}

DdlItems ddl_items(Arena *arena, const char *list)
{
    return split(arena, list, STR(", "));
}

DdlItems ddl_lines(Arena *arena, const char *list)
{
    return split(arena, list, STR("\n"));
}

bool ddl_has_item(const DdlItems *items, Str item)
{
    VEC_EACH (const Str, other, items)
        if (str_eq(*other, item))
            return true;
    return false;
}

const char *ddl_signature_name(Arena *arena, const char *signature)
{
    Str all = str_from(signature);
    return arena_dup(arena, (Str){all.p, ddl_scan(all, STR("("))});
}

const char *ddl_name_on_parent(const Ddl *ddl, const SnapshotObject *object, const char *between)
{
    const char *end = arena_printf(ddl->arena, "%s%s", between, object->parent);
    Str identity = str_from(object->identity);
    REQUIRE(str_ends(identity, str_from(end)));
    return arena_dup(ddl->arena, (Str){identity.p, identity.n - strlen(end)});
}

const char *ddl_clause(const Ddl *ddl, const SnapshotObject *object, const char *before,
                       const char *name)
{
    const char *value = ddl_value(ddl, object, name);
    return value ? arena_printf(ddl->arena, "%s%s", before, value) : "";
}

const char *ddl_function_clause(const Ddl *ddl, const SnapshotObject *object, const char *before,
                                const char *name)
{
    const char *value = ddl_value(ddl, object, name);
    return value ? arena_printf(ddl->arena, "%s%s", before, ddl_signature_name(ddl->arena, value))
                 : "";
}

static bool is_secret(Str option)
{
    return !str_ends(option, STR("'"));
}

static Str name_of(Str option)
{
    return (Str){option.p, ddl_scan(option, STR(" "))};
}

const char *ddl_options(const Ddl *ddl, const char *options)
{
    DdlItems items = ddl_items(ddl->arena, options);
    VEC_EACH (const Str, item, &items)
        if (is_secret(*item))
            return NULL;
    return items.len ? arena_printf(ddl->arena, " OPTIONS (%s)", options) : "";
}

static const Str *option_find(const DdlItems *items, Str option)
{
    VEC_EACH (const Str, other, items)
        if (str_eq(name_of(*other), name_of(option)))
            return other;
    return NULL;
}

const char *ddl_options_change(const Ddl *ddl, const char *then, const char *now)
{
    DdlItems old = ddl_items(ddl->arena, then);
    DdlItems new = ddl_items(ddl->arena, now);
    TEXT_SCOPED text;
    text_init(&text, TEXT_MAX);
    VEC_EACH (const Str, option, &old)
        if (!option_find(&new, *option))
            text_printf(&text, "%sDROP " STR_FMT, text.len ? ", " : "", STR_ARG(name_of(*option)));
    VEC_EACH (const Str, option, &new) {
        const Str *before = option_find(&old, *option);
        if (before && str_eq(*before, *option))
            continue;
        if (is_secret(*option))
            return NULL;
        text_printf(&text, "%s%s " STR_FMT, text.len ? ", " : "", before ? "SET" : "ADD",
                    STR_ARG(*option));
    }
    return text.len ? arena_printf(ddl->arena, " OPTIONS (%s)", text_cstr(&text)) : "";
}

// For format(), whose sign is the per cent.
static const char *doubled(Arena *arena, const char *piece)
{
    TEXT_SCOPED text;
    text_init(&text, TEXT_MAX);
    for (; *piece; piece++) {
        if (*piece == '%')
            text_append_char(&text, '%');
        text_append_char(&text, *piece);
    }
    return arena_dup(arena, text_str(&text));
}

static void add_block(Ddl *ddl, const char *expression)
{
    const char *body = arena_printf(ddl->arena, "BEGIN EXECUTE %s; END", expression);
    if (strstr(body, "$$"))
        ddl_add(ddl, "DO %s", quote_literal(ddl->arena, body));
    else
        ddl_add(ddl, "DO $$ %s $$", body);
}

void ddl_add_for_database(Ddl *ddl, const char *before, const char *behind)
{
    const char *format = arena_printf(ddl->arena, "%s %%I%s", doubled(ddl->arena, before),
                                      doubled(ddl->arena, behind));
    add_block(ddl, arena_printf(ddl->arena, "pg_catalog.format(%s, pg_catalog.current_database())",
                                quote_literal(ddl->arena, format)));
}

void ddl_add_for_database_owner(Ddl *ddl, const char *before, const char *between,
                                const char *behind)
{
    const char *format = arena_printf(ddl->arena, "%s %%I%s%%I%s", doubled(ddl->arena, before),
                                      doubled(ddl->arena, between), doubled(ddl->arena, behind));
    add_block(ddl,
              arena_printf(ddl->arena,
                           "(SELECT pg_catalog.format(%s, d.datname, "
                           "pg_catalog.pg_get_userbyid(d.datdba)) FROM pg_catalog.pg_database d "
                           "WHERE d.datname OPERATOR(pg_catalog.=) pg_catalog.current_database())",
                           quote_literal(ddl->arena, format)));
}
