// Publications with their tables and schemas.
#include "catalog/ddl/ddl_kinds.h"
#include "catalog/ddl/ddl_text.h"
#include "sql/quote.h"

// pg_publication.pubgencols, since 18
static const char *generated_word(const char *letter)
{
    return letter && *letter == 's' ? "stored" : "none";
}

static const char *parameters_of(const Ddl *ddl, const SnapshotObject *object)
{
    const char *publish = ddl_value(ddl, object, "publish");
    const char *generated = ddl_value(ddl, object, "generated columns");
    const char *shown = "";
    if (ddl->server_major >= 18)
        shown =
            arena_printf(ddl->arena, ", publish_generated_columns = %s", generated_word(generated));
    return arena_printf(ddl->arena, "publish = %s, publish_via_partition_root = %s%s",
                        quote_literal(ddl->arena, publish ? publish : ""),
                        ddl_value(ddl, object, "via root") ? "true" : "false", shown);
}

static bool create_publication(Ddl *ddl, const SnapshotObject *object)
{
    if (ddl_value(ddl, object, "all sequences"))
        return ddl_refuse(ddl,
                          "publication %s: it is of all sequences, which this version of "
                          "migrate-safe does not know",
                          object->identity);
    ddl_add(ddl, "CREATE PUBLICATION %s%s WITH (%s)", object->identity,
            ddl_value(ddl, object, "all tables") ? " FOR ALL TABLES" : "",
            parameters_of(ddl, object));
    return true;
}

static bool drop_publication(Ddl *ddl, const SnapshotObject *object)
{
    ddl_add(ddl, "DROP PUBLICATION %s", object->identity);
    return true;
}

static DdlResult change_publication(Ddl *ddl, const SnapshotObject *then, const SnapshotObject *now)
{
    if (ddl_differs(then, now, "all tables") || ddl_differs(then, now, "all sequences"))
        return DDL_BY_CREATE;
    if (strcmp(parameters_of(ddl, then), parameters_of(ddl, now)) != 0)
        ddl_add(ddl, "ALTER PUBLICATION %s SET (%s)", now->identity, parameters_of(ddl, now));
    return DDL_DONE;
}

const DdlKind DDL_PUBLICATION = {
    .kind = "publication",
    .owner_word = "PUBLICATION",
    .create = create_publication,
    .drop = drop_publication,
    .change = change_publication,
};

// ONLY: the tables that inherit from it are listed by themselves.
static bool create_publication_table(Ddl *ddl, const SnapshotObject *object)
{
    const char *columns = ddl_value(ddl, object, "columns");
    const char *condition = ddl_value(ddl, object, "where");
    ddl_add(ddl, "ALTER PUBLICATION %s ADD TABLE ONLY %s%s%s", object->parent,
            ddl_name_on_parent(ddl, object, " in "),
            columns ? arena_printf(ddl->arena, " (%s)", columns) : "",
            condition ? arena_printf(ddl->arena, " WHERE (%s)", condition) : "");
    return true;
}

static bool drop_publication_table(Ddl *ddl, const SnapshotObject *object)
{
    ddl_add(ddl, "ALTER PUBLICATION %s DROP TABLE ONLY %s", object->parent,
            ddl_name_on_parent(ddl, object, " in "));
    return true;
}

const DdlKind DDL_PUBLICATION_TABLE = {
    .kind = "publication table",
    .create = create_publication_table,
    .drop = drop_publication_table,
};

static bool create_publication_schema(Ddl *ddl, const SnapshotObject *object)
{
    ddl_add(ddl, "ALTER PUBLICATION %s ADD TABLES IN SCHEMA %s", object->parent,
            ddl_name_on_parent(ddl, object, " in "));
    return true;
}

static bool drop_publication_schema(Ddl *ddl, const SnapshotObject *object)
{
    ddl_add(ddl, "ALTER PUBLICATION %s DROP TABLES IN SCHEMA %s", object->parent,
            ddl_name_on_parent(ddl, object, " in "));
    return true;
}

const DdlKind DDL_PUBLICATION_SCHEMA = {
    .kind = "publication schema",
    .create = create_publication_schema,
    .drop = drop_publication_schema,
};
