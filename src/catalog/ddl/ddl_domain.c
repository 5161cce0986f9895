// Domains and their constraints.
#include "catalog/ddl/ddl_kinds.h"
#include "catalog/ddl/ddl_text.h"

// Since 17 NOT NULL is a constraint of the domain, with a name of its own.
static bool is_not_null_here(const Ddl *ddl, const SnapshotObject *object)
{
    return ddl->server_major < 17 && ddl_value(ddl, object, "not null");
}

static bool create_domain(Ddl *ddl, const SnapshotObject *object)
{
    ddl_add(ddl, "CREATE DOMAIN %s%s%s%s%s", object->identity,
            ddl_clause(ddl, object, " AS ", "base type"),
            ddl_clause(ddl, object, " COLLATE ", "collation"),
            ddl_clause(ddl, object, " DEFAULT ", "default"),
            is_not_null_here(ddl, object) ? " NOT NULL" : "");
    return true;
}

static bool drop_domain(Ddl *ddl, const SnapshotObject *object)
{
    ddl_add(ddl, "DROP DOMAIN %s", object->identity);
    return true;
}

static DdlResult change_domain(Ddl *ddl, const SnapshotObject *then, const SnapshotObject *now)
{
    if (ddl_differs(then, now, "base type") || ddl_differs(then, now, "collation"))
        return DDL_BY_CREATE;
    const char *value = ddl_value(ddl, now, "default");
    if (ddl_differs(then, now, "default") && value)
        ddl_add(ddl, "ALTER DOMAIN %s SET DEFAULT %s", now->identity, value);
    else if (ddl_differs(then, now, "default"))
        ddl_add(ddl, "ALTER DOMAIN %s DROP DEFAULT", now->identity);
    if (is_not_null_here(ddl, then) != is_not_null_here(ddl, now))
        ddl_add(ddl, "ALTER DOMAIN %s %s NOT NULL", now->identity,
                is_not_null_here(ddl, now) ? "SET" : "DROP");
    return DDL_DONE;
}

const DdlKind DDL_DOMAIN = {
    .kind = "domain",
    .owner_word = "DOMAIN",
    .grant_word = "DOMAIN",
    .create = create_domain,
    .drop = drop_domain,
    .change = change_domain,
};

static bool create_domain_constraint(Ddl *ddl, const SnapshotObject *object)
{
    ddl_add(ddl, "ALTER DOMAIN %s ADD CONSTRAINT %s%s", object->parent,
            ddl_name_on_parent(ddl, object, " on "), ddl_clause(ddl, object, " ", "definition"));
    return true;
}

static bool drop_domain_constraint(Ddl *ddl, const SnapshotObject *object)
{
    ddl_add(ddl, "ALTER DOMAIN %s DROP CONSTRAINT %s", object->parent,
            ddl_name_on_parent(ddl, object, " on "));
    return true;
}

static DdlResult change_domain_constraint(Ddl *ddl, const SnapshotObject *then,
                                          const SnapshotObject *now)
{
    const char *old = ddl_value(ddl, then, "definition");
    const char *new = ddl_value(ddl, now, "definition");
    if (!old || !new || strcmp(old, arena_printf(ddl->arena, "%s NOT VALID", new)) != 0)
        return DDL_BY_CREATE;
    ddl_add(ddl, "ALTER DOMAIN %s VALIDATE CONSTRAINT %s", now->parent,
            ddl_name_on_parent(ddl, now, " on "));
    return DDL_DONE;
}

const DdlKind DDL_DOMAIN_CONSTRAINT = {
    .kind = "domain constraint",
    .create = create_domain_constraint,
    .drop = drop_domain_constraint,
    .change = change_domain_constraint,
};
