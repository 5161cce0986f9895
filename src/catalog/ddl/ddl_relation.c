#include "catalog/ddl/ddl_relation.h"

#include "base/text.h"
#include "sql/quote.h"

enum {
    TEXT_MAX = 1 << 20
};

static Str name_of(Str option)
{
    return str_until(option, '=');
}

static const char *said(const Ddl *ddl, Str option, const char *prefix)
{
    Str name = name_of(option);
    const char *value = arena_dup(ddl->arena, str_skip(option, name.n + (name.n < option.n)));
    return arena_printf(ddl->arena, "%s" STR_FMT " = %s", prefix, STR_ARG(name),
                        quote_literal(ddl->arena, value));
}

const char *ddl_storage_options(const Ddl *ddl, const char *options, const char *prefix)
{
    DdlItems items = ddl_items(ddl->arena, options);
    TEXT_SCOPED text;
    text_init(&text, TEXT_MAX);
    VEC_EACH (const Str, item, &items)
        text_printf(&text, "%s%s", text.len ? ", " : "", said(ddl, *item, prefix));
    return text.len ? arena_printf(ddl->arena, " (%s)", text_cstr(&text)) : "";
}

static bool has_name(const DdlItems *items, Str name)
{
    VEC_EACH (const Str, item, items)
        if (str_eq(name_of(*item), name))
            return true;
    return false;
}

void ddl_change_storage_options(Ddl *ddl, const char *before, const char *then, const char *now,
                                const char *prefix)
{
    DdlItems old = ddl_items(ddl->arena, then);
    DdlItems new = ddl_items(ddl->arena, now);
    TEXT_SCOPED set;
    TEXT_SCOPED reset;
    text_init(&set, TEXT_MAX);
    text_init(&reset, TEXT_MAX);
    VEC_EACH (const Str, item, &new)
        if (!ddl_has_item(&old, *item))
            text_printf(&set, "%s%s", set.len ? ", " : "", said(ddl, *item, prefix));
    VEC_EACH (const Str, item, &old)
        if (!has_name(&new, name_of(*item)))
            text_printf(&reset, "%s%s" STR_FMT, reset.len ? ", " : "", prefix,
                        STR_ARG(name_of(*item)));
    if (reset.len)
        ddl_add(ddl, "%s RESET (%s)", before, text_cstr(&reset));
    if (set.len)
        ddl_add(ddl, "%s SET (%s)", before, text_cstr(&set));
}

const SnapshotObject *ddl_table_of(const DdlParts *parts, const SnapshotObject *part)
{
    const SnapshotObject *table = ddl_part_find(parts, "", "table", part->parent);
    return table ? table : ddl_part_find(parts, "", "foreign table", part->parent);
}

bool ddl_is_inherited(const SnapshotObject *part)
{
    Str inherited;
    return snapshot_attribute_find(part->text, STR("inherited"), &inherited) &&
           str_eq(inherited, STR("yes"));
}

bool ddl_refuse_inheritance(Ddl *ddl, const SnapshotObject *then, const SnapshotObject *now)
{
    const SnapshotObject *table = ddl_table_of(ddl->now, now);
    const char *own = ddl_value(ddl, now, "inherited");
    bool is_lost = ddl_is_inherited(now);
    bool is_won = ddl_is_inherited(then) && own;
    if (!table || ddl_is_partition(table) || !ddl_differs(then, now, "inherited") ||
        (!is_lost && !is_won))
        return true;
    return ddl_refuse(ddl,
                      "%s %s: whether it is its table's own, beside being inherited, cannot be "
                      "changed",
                      now->kind, now->identity);
}

const char *ddl_name_on_table(const Ddl *ddl, const SnapshotObject *object)
{
    return ddl_name_on_parent(ddl, object, " on ");
}

const char *ddl_without_end(const Ddl *ddl, const char *sql)
{
    Str text = str_trim(str_from(sql));
    if (str_ends(text, STR(";")))
        text.n--;
    return arena_dup(ddl->arena, text);
}

const char *ddl_bare_name(const char *identity)
{
    size_t dot = ddl_scan(str_from(identity), STR("."));
    return identity[dot] ? identity + dot + 1 : identity;
}

const char *ddl_doubled(Arena *arena, const char *text)
{
    TEXT_SCOPED doubled;
    text_init(&doubled, TEXT_MAX);
    for (; *text; text++) {
        if (*text == '%')
            text_append_char(&doubled, '%');
        text_append_char(&doubled, *text);
    }
    return arena_dup(arena, text_str(&doubled));
}
