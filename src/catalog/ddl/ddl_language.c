// What extends the server: procedural languages, access methods, extensions with their versions.
#include "catalog/ddl/ddl_kinds.h"
#include "catalog/ddl/ddl_text.h"
#include "sql/quote.h"

static void add_language(Ddl *ddl, const SnapshotObject *object, const char *verb)
{
    ddl_add(ddl, "%s %sLANGUAGE %s%s%s%s", verb,
            ddl_value(ddl, object, "trusted") ? "TRUSTED " : "", object->identity,
            ddl_function_clause(ddl, object, " HANDLER ", "handler"),
            ddl_function_clause(ddl, object, " INLINE ", "inline"),
            ddl_function_clause(ddl, object, " VALIDATOR ", "validator"));
}

static bool create_language(Ddl *ddl, const SnapshotObject *object)
{
    add_language(ddl, object, "CREATE");
    return true;
}

static bool drop_language(Ddl *ddl, const SnapshotObject *object)
{
    ddl_add(ddl, "DROP LANGUAGE %s", object->identity);
    return true;
}

static DdlResult change_language(Ddl *ddl, const SnapshotObject *then, const SnapshotObject *now)
{
    add_language(ddl, now, "CREATE OR REPLACE");
    return DDL_DONE;
}

const DdlKind DDL_LANGUAGE = {
    .kind = "language",
    .owner_word = "LANGUAGE",
    .grant_word = "LANGUAGE",
    .create = create_language,
    .drop = drop_language,
    .change = change_language,
};

static bool create_access_method(Ddl *ddl, const SnapshotObject *object)
{
    ddl_add(ddl, "CREATE ACCESS METHOD %s%s%s", object->identity,
            ddl_clause(ddl, object, " TYPE ", "type"),
            ddl_function_clause(ddl, object, " HANDLER ", "handler"));
    return true;
}

static bool drop_access_method(Ddl *ddl, const SnapshotObject *object)
{
    ddl_add(ddl, "DROP ACCESS METHOD %s", object->identity);
    return true;
}

const DdlKind DDL_ACCESS_METHOD = {
    .kind = "access method",
    .create = create_access_method,
    .drop = drop_access_method,
};

static const char *schema_of(const Ddl *ddl, const SnapshotObject *object)
{
    const char *schema = ddl_value(ddl, object, "schema");
    return quote_name(ddl->arena, schema ? schema : "");
}

static const SnapshotObject *version_of(const DdlParts *parts, const char *extension)
{
    return ddl_part_find(parts, extension, "extension version", extension);
}

static const char *version_literal(const Ddl *ddl, const SnapshotObject *object)
{
    const char *version = ddl_value(ddl, object, "version");
    return quote_literal(ddl->arena, version ? version : "");
}

static bool create_extension(Ddl *ddl, const SnapshotObject *object)
{
    const SnapshotObject *version = version_of(ddl->now, object->identity);
    ddl_add(ddl, "CREATE EXTENSION %s SCHEMA %s%s%s", object->identity, schema_of(ddl, object),
            version ? " VERSION " : "", version ? version_literal(ddl, version) : "");
    return true;
}

static bool drop_extension(Ddl *ddl, const SnapshotObject *object)
{
    ddl_add_loss(ddl,
                 arena_printf(ddl->arena, "all that extension %s has, tables with their rows too",
                              object->identity),
                 "DROP EXTENSION %s", object->identity);
    return true;
}

static DdlResult change_extension(Ddl *ddl, const SnapshotObject *then, const SnapshotObject *now)
{
    ddl_add(ddl, "ALTER EXTENSION %s SET SCHEMA %s", now->identity, schema_of(ddl, now));
    return DDL_DONE;
}

const DdlKind DDL_EXTENSION = {
    .kind = "extension",
    .create = create_extension,
    .drop = drop_extension,
    .change = change_extension,
};

static bool come_and_go_with_extension(Ddl *ddl, const SnapshotObject *object)
{
    return true;
}

static DdlResult change_extension_version(Ddl *ddl, const SnapshotObject *then,
                                          const SnapshotObject *now)
{
    ddl_add(ddl, "ALTER EXTENSION %s UPDATE TO %s", now->identity, version_literal(ddl, now));
    return DDL_DONE;
}

const DdlKind DDL_EXTENSION_VERSION = {
    .kind = "extension version",
    .create = come_and_go_with_extension,
    .drop = come_and_go_with_extension,
    .change = change_extension_version,
};
