// Extended statistics objects.
#include "base/text.h"
#include "catalog/ddl/ddl_kinds.h"
#include "catalog/ddl/ddl_text.h"

enum {
    TEXT_MAX = 1 << 20
};

// "expressions" is no kind that one asks for.
static const char *kinds_clause(const Ddl *ddl, const SnapshotObject *object)
{
    DdlItems kinds = ddl_items(ddl->arena, ddl_value(ddl, object, "kinds"));
    TEXT_SCOPED text;
    text_init(&text, TEXT_MAX);
    VEC_EACH (const Str, kind, &kinds)
        if (!str_eq(*kind, STR("expressions")))
            text_printf(&text, "%s" STR_FMT, text.len ? ", " : " (", STR_ARG(*kind));
    if (text.len)
        text_append_char(&text, ')');
    return arena_dup(ddl->arena, text_str(&text));
}

static const char *target_list(const Ddl *ddl, const SnapshotObject *object)
{
    const char *columns = ddl_value(ddl, object, "columns");
    DdlItems expressions = ddl_items(ddl->arena, ddl_value(ddl, object, "expressions"));
    TEXT_SCOPED text;
    text_init(&text, TEXT_MAX);
    text_append(&text, str_from(columns));
    VEC_EACH (const Str, expression, &expressions)
        text_printf(&text, "%s(" STR_FMT ")", text.len ? ", " : "", STR_ARG(*expression));
    return arena_dup(ddl->arena, text_str(&text));
}

static void set_target(Ddl *ddl, const SnapshotObject *object)
{
    const char *target = ddl_value(ddl, object, "statistics");
    ddl_add(ddl, "ALTER STATISTICS %s SET STATISTICS %s", object->identity, target ? target : "-1");
}

static bool create_statistics(Ddl *ddl, const SnapshotObject *object)
{
    ddl_add(ddl, "CREATE STATISTICS %s%s ON %s FROM %s", object->identity,
            kinds_clause(ddl, object), target_list(ddl, object), object->parent);
    if (ddl_value(ddl, object, "statistics"))
        set_target(ddl, object);
    return true;
}

static bool drop_statistics(Ddl *ddl, const SnapshotObject *object)
{
    ddl_add(ddl, "DROP STATISTICS %s", object->identity);
    return true;
}

static DdlResult change_statistics(Ddl *ddl, const SnapshotObject *then, const SnapshotObject *now)
{
    static const char *const FIXED[] = {"table", "kinds", "columns", "expressions"};
    for (size_t i = 0; i < sizeof FIXED / sizeof *FIXED; i++)
        if (ddl_differs(then, now, FIXED[i]))
            return DDL_BY_CREATE;
    if (ddl_differs(then, now, "statistics"))
        set_target(ddl, now);
    return DDL_DONE;
}

const DdlKind DDL_STATISTICS = {
    .kind = "statistics",
    .owner_word = "STATISTICS",
    .create = create_statistics,
    .drop = drop_statistics,
    .change = change_statistics,
};
