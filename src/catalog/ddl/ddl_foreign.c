// Foreign-data wrappers, servers and user mappings.
#include "catalog/ddl/ddl_kinds.h"
#include "catalog/ddl/ddl_text.h"
#include "sql/quote.h"

static bool create_wrapper(Ddl *ddl, const SnapshotObject *object)
{
    const char *options = ddl_options(ddl, ddl_value(ddl, object, "options"));
    if (!options)
        return ddl_refuse(ddl, "foreign-data wrapper %s: an option of it is a secret",
                          object->identity);
    ddl_add(ddl, "CREATE FOREIGN DATA WRAPPER %s%s%s%s", object->identity,
            ddl_function_clause(ddl, object, " HANDLER ", "handler"),
            ddl_function_clause(ddl, object, " VALIDATOR ", "validator"), options);
    return true;
}

static bool drop_wrapper(Ddl *ddl, const SnapshotObject *object)
{
    ddl_add(ddl, "DROP FOREIGN DATA WRAPPER %s", object->identity);
    return true;
}

static const char *function_change(const Ddl *ddl, const SnapshotObject *then,
                                   const SnapshotObject *now, const char *word, const char *name)
{
    if (!ddl_differs(then, now, name))
        return "";
    if (!ddl_value(ddl, now, name))
        return arena_printf(ddl->arena, " NO %s", word);
    return ddl_function_clause(ddl, now, arena_printf(ddl->arena, " %s ", word), name);
}

static DdlResult change_wrapper(Ddl *ddl, const SnapshotObject *then, const SnapshotObject *now)
{
    const char *handler = function_change(ddl, then, now, "HANDLER", "handler");
    const char *validator = function_change(ddl, then, now, "VALIDATOR", "validator");
    const char *options =
        ddl_options_change(ddl, ddl_value(ddl, then, "options"), ddl_value(ddl, now, "options"));
    if (!options) {
        ddl_refuse(ddl, "foreign-data wrapper %s: an option of it is a secret", now->identity);
        return DDL_REFUSED;
    }
    if (*handler || *validator || *options)
        ddl_add(ddl, "ALTER FOREIGN DATA WRAPPER %s%s%s%s", now->identity, handler, validator,
                options);
    return DDL_DONE;
}

const DdlKind DDL_FOREIGN_DATA_WRAPPER = {
    .kind = "foreign-data wrapper",
    .owner_word = "FOREIGN DATA WRAPPER",
    .grant_word = "FOREIGN DATA WRAPPER",
    .create = create_wrapper,
    .drop = drop_wrapper,
    .change = change_wrapper,
};

static const char *literal_clause(const Ddl *ddl, const SnapshotObject *object, const char *before,
                                  const char *name)
{
    const char *value = ddl_value(ddl, object, name);
    return value ? arena_printf(ddl->arena, "%s%s", before, quote_literal(ddl->arena, value)) : "";
}

static bool refuse_server(Ddl *ddl, const SnapshotObject *object)
{
    return ddl_refuse(ddl,
                      "foreign server %s: an option of it is a secret, of which only the hash "
                      "is known",
                      object->identity);
}

static bool create_server(Ddl *ddl, const SnapshotObject *object)
{
    const char *options = ddl_options(ddl, ddl_value(ddl, object, "options"));
    const char *wrapper = ddl_value(ddl, object, "wrapper");
    if (!options)
        return refuse_server(ddl, object);
    ddl_add(ddl, "CREATE SERVER %s%s%s FOREIGN DATA WRAPPER %s%s", object->identity,
            literal_clause(ddl, object, " TYPE ", "type"),
            literal_clause(ddl, object, " VERSION ", "version"),
            quote_name(ddl->arena, wrapper ? wrapper : ""), options);
    return true;
}

static bool drop_server(Ddl *ddl, const SnapshotObject *object)
{
    ddl_add(ddl, "DROP SERVER %s", object->identity);
    return true;
}

static DdlResult change_server(Ddl *ddl, const SnapshotObject *then, const SnapshotObject *now)
{
    if (ddl_differs(then, now, "wrapper") || ddl_differs(then, now, "type"))
        return DDL_BY_CREATE;
    const char *version = "";
    if (ddl_differs(then, now, "version"))
        version = ddl_value(ddl, now, "version") ? literal_clause(ddl, now, " VERSION ", "version")
                                                 : " VERSION NULL";
    const char *options =
        ddl_options_change(ddl, ddl_value(ddl, then, "options"), ddl_value(ddl, now, "options"));
    if (!options) {
        refuse_server(ddl, now);
        return DDL_REFUSED;
    }
    if (*version || *options)
        ddl_add(ddl, "ALTER SERVER %s%s%s", now->identity, version, options);
    return DDL_DONE;
}

const DdlKind DDL_FOREIGN_SERVER = {
    .kind = "foreign server",
    .owner_word = "SERVER",
    .grant_word = "FOREIGN SERVER",
    .create = create_server,
    .drop = drop_server,
    .change = change_server,
};

static bool refuse_mapping(Ddl *ddl, const SnapshotObject *object)
{
    return ddl_refuse(ddl,
                      "user mapping %s: its options are secrets, of which only the names are "
                      "known (%s)",
                      object->identity, ddl_value(ddl, object, "options"));
}

static bool create_mapping(Ddl *ddl, const SnapshotObject *object)
{
    if (ddl_value(ddl, object, "options"))
        return refuse_mapping(ddl, object);
    ddl_add(ddl, "CREATE USER MAPPING FOR %s SERVER %s", ddl_name_on_parent(ddl, object, " on "),
            object->parent);
    return true;
}

static bool drop_mapping(Ddl *ddl, const SnapshotObject *object)
{
    const char *user = ddl_name_on_parent(ddl, object, " on ");
    const char *options = ddl_value(ddl, object, "options");
    const char *loss =
        options ? arena_printf(ddl->arena, "the values of its options: %s", options) : NULL;
    ddl_add_loss(ddl, loss, "DROP USER MAPPING FOR %s SERVER %s", user, object->parent);
    return true;
}

// What is there may go; what is to come is not known.
static DdlResult change_mapping(Ddl *ddl, const SnapshotObject *then, const SnapshotObject *now)
{
    DdlItems old = ddl_items(ddl->arena, ddl_value(ddl, then, "options"));
    DdlItems new = ddl_items(ddl->arena, ddl_value(ddl, now, "options"));
    VEC_EACH (const Str, option, &new)
        if (!ddl_has_item(&old, *option)) {
            refuse_mapping(ddl, now);
            return DDL_REFUSED;
        }
    const char *gone = "";
    VEC_EACH (const Str, option, &old)
        if (!ddl_has_item(&new, *option))
            gone = arena_printf(ddl->arena, "%s%sDROP " STR_FMT, gone, *gone ? ", " : "",
                                STR_ARG(*option));
    if (*gone)
        ddl_add_loss(ddl, "the values of the options that it drops",
                     "ALTER USER MAPPING FOR %s SERVER %s OPTIONS (%s)",
                     ddl_name_on_parent(ddl, now, " on "), now->parent, gone);
    return DDL_DONE;
}

const DdlKind DDL_USER_MAPPING = {
    .kind = "user mapping",
    .create = create_mapping,
    .drop = drop_mapping,
    .change = change_mapping,
};
