// Views and materialised views.
#include "catalog/ddl/ddl_relation.h"

static void add_view(Ddl *ddl, const SnapshotObject *view, const char *verb)
{
    const char *options = ddl_storage_options(ddl, ddl_value(ddl, view, "options"), "");
    ddl_add(ddl, "%s VIEW %s%s%s AS\n%s", verb, view->identity, options[0] ? " WITH" : "", options,
            ddl_without_end(ddl, ddl_value(ddl, view, "definition")));
}

static bool create_view(Ddl *ddl, const SnapshotObject *view)
{
    add_view(ddl, view, "CREATE");
    return true;
}

static bool drop_view(Ddl *ddl, const SnapshotObject *view)
{
    ddl_add(ddl, "DROP VIEW %s", view->identity);
    return true;
}

// CREATE OR REPLACE may only append columns.
static bool is_replaceable(const Ddl *ddl, const SnapshotObject *then, const SnapshotObject *now)
{
    Str old = str_from(ddl_value(ddl, then, "columns"));
    Str new = str_from(ddl_value(ddl, now, "columns"));
    return str_starts(new, old) && (new.n == old.n || old.n == 0 || new.p[old.n] == '\n');
}

static DdlResult change_view(Ddl *ddl, const SnapshotObject *then, const SnapshotObject *now)
{
    const char *before = arena_printf(ddl->arena, "ALTER VIEW %s", now->identity);
    if (!is_replaceable(ddl, then, now))
        return DDL_BY_CREATE;
    if (ddl_differs(then, now, "definition"))
        add_view(ddl, now, "CREATE OR REPLACE");
    else
        ddl_change_storage_options(ddl, before, ddl_value(ddl, then, "options"),
                                   ddl_value(ddl, now, "options"), "");
    return DDL_DONE;
}

const DdlKind DDL_VIEW = {
    .kind = "view",
    .owner_word = "VIEW",
    .grant_word = "TABLE",
    .create = create_view,
    .drop = drop_view,
    .change = change_view,
};

static bool create_materialized_view(Ddl *ddl, const SnapshotObject *view)
{
    const char *options = ddl_storage_options(ddl, ddl_value(ddl, view, "options"), "");
    bool is_empty =
        ddl_part_find(ddl->now, view->identity, "materialized view state", view->identity);
    ddl_add(ddl, "CREATE MATERIALIZED VIEW %s%s%s%s AS\n%s\nWITH%s DATA", view->identity,
            ddl_clause(ddl, view, " USING ", "access method"), options[0] ? " WITH" : "", options,
            ddl_without_end(ddl, ddl_value(ddl, view, "definition")), is_empty ? " NO" : "");
    const SnapshotObject *const *columns;
    size_t count = ddl_parts_of(ddl->now, view->identity, "column", &columns);
    for (size_t i = 0; i < count; i++)
        ddl_add_column_details(ddl, columns[i]);
    return true;
}

static bool drop_materialized_view(Ddl *ddl, const SnapshotObject *view)
{
    ddl_add_loss(ddl,
                 arena_printf(ddl->arena, "the rows of materialized view %s, as they were computed",
                              view->identity),
                 "DROP MATERIALIZED VIEW %s", view->identity);
    return true;
}

static DdlResult change_materialized_view(Ddl *ddl, const SnapshotObject *then,
                                          const SnapshotObject *now)
{
    const char *before = arena_printf(ddl->arena, "ALTER MATERIALIZED VIEW %s", now->identity);
    if (ddl_differs(then, now, "definition") || ddl_differs(then, now, "columns") ||
        ddl_differs(then, now, "access method"))
        return DDL_BY_CREATE;
    ddl_change_storage_options(ddl, before, ddl_value(ddl, then, "options"),
                               ddl_value(ddl, now, "options"), "");
    return DDL_DONE;
}

const DdlKind DDL_MATERIALIZED_VIEW = {
    .kind = "materialized view",
    .owner_word = "MATERIALIZED VIEW",
    .grant_word = "TABLE",
    .create = create_materialized_view,
    .drop = drop_materialized_view,
    .change = change_materialized_view,
};

static bool empty(Ddl *ddl, const SnapshotObject *state)
{
    ddl_add_loss(ddl, arena_printf(ddl->arena, "the rows of materialized view %s", state->parent),
                 "REFRESH MATERIALIZED VIEW %s WITH NO DATA", state->parent);
    return true;
}

static bool fill(Ddl *ddl, const SnapshotObject *state)
{
    ddl_add(ddl, "REFRESH MATERIALIZED VIEW %s", state->parent);
    return true;
}

const DdlKind DDL_MATERIALIZED_VIEW_STATE = {
    .kind = "materialized view state",
    .create = empty,
    .drop = fill,
};
