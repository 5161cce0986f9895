// Schemas; tables, also partitioned, inheriting and foreign ones. To what a table is attached is
// said apart (ddl_add_parents, ATTACH PARTITION).
#include "base/text.h"
#include "catalog/ddl/ddl_relation.h"
#include "sql/quote.h"

enum {
    TEXT_MAX = 1 << 30
};

static bool create_schema(Ddl *ddl, const SnapshotObject *schema)
{
    ddl_add(ddl, "CREATE SCHEMA %s", schema->identity);
    return true;
}

static bool drop_schema(Ddl *ddl, const SnapshotObject *schema)
{
    ddl_add(ddl, "DROP SCHEMA %s", schema->identity);
    return true;
}

static DdlResult change_schema(Ddl *ddl, const SnapshotObject *then, const SnapshotObject *now)
{
    return DDL_DONE; // it has nothing but owner and privileges
}

const DdlKind DDL_SCHEMA = {
    .kind = "schema",
    .owner_word = "SCHEMA",
    .grant_word = "SCHEMA",
    .create = create_schema,
    .drop = drop_schema,
    .change = change_schema,
};

void ddl_add_parents(Ddl *ddl, const SnapshotObject *table, const SnapshotObject *other,
                     const char *verb)
{
    const char *others = other ? ddl_value(ddl, other, "inherits") : NULL;
    DdlItems parents = ddl_items(ddl->arena, ddl_value(ddl, table, "inherits"));
    DdlItems kept = ddl_items(ddl->arena, others);
    VEC_EACH (const Str, parent, &parents)
        if (!ddl_has_item(&kept, *parent))
            ddl_add(ddl, "ALTER TABLE %s %s " STR_FMT, table->identity, verb, STR_ARG(*parent));
}

bool ddl_has_parents_order(const Ddl *ddl, const SnapshotObject *then, const SnapshotObject *now)
{
    DdlItems old = ddl_items(ddl->arena, ddl_value(ddl, then, "inherits"));
    DdlItems new = ddl_items(ddl->arena, ddl_value(ddl, now, "inherits"));
    size_t at = 0;
    VEC_EACH (const Str, parent, &old) {
        if (!ddl_has_item(&new, *parent))
            continue;
        if (!str_eq(new.items[at++], *parent))
            return false;
    }
    return true;
}

static bool is_foreign(const SnapshotObject *table)
{
    return strcmp(table->kind, "foreign table") == 0;
}

static void append_line(Text *text, bool *is_first, const char *line)
{
    text_printf(text, "%s\n    %s", *is_first ? "" : ",", line);
    *is_first = false;
}

// A partition has all columns itself and is attached; a child has those of its own and inherits.
static void append_columns(const Ddl *ddl, Text *text, const SnapshotObject *table, bool *is_first)
{
    const SnapshotObject *const *columns;
    bool is_child = ddl_value(ddl, table, "inherits");
    size_t count = ddl_parts_of(ddl->now, table->identity, "column", &columns);
    for (size_t i = 0; i < count; i++)
        if (!is_child || !ddl_is_inherited(columns[i]))
            append_line(text, is_first, ddl_column_definition(ddl, columns[i], false));
}

// Of a typed table: what its columns have beside the type's.
static void append_typed_columns(const Ddl *ddl, Text *text, const SnapshotObject *table,
                                 bool *is_first)
{
    const SnapshotObject *const *columns;
    size_t count = ddl_parts_of(ddl->now, table->identity, "column", &columns);
    for (size_t i = 0; i < count; i++) {
        const char *value =
            columns[i]->is_default_apart ? "" : ddl_clause(ddl, columns[i], " DEFAULT ", "default");
        const char *not_null = ddl_not_null_clause(ddl, columns[i]);
        if (value[0] || not_null[0])
            append_line(text, is_first,
                        arena_printf(ddl->arena, "%s WITH OPTIONS%s%s", ddl_part_name(columns[i]),
                                     value, not_null));
    }
}

// A partition has to have its parent's checks when it is attached.
static void append_inherited_checks(const Ddl *ddl, Text *text, const SnapshotObject *table,
                                    bool *is_first)
{
    const SnapshotObject *const *constraints;
    size_t count = ddl_parts_of(ddl->now, table->identity, "constraint", &constraints);
    for (size_t i = 0; i < count && ddl_is_partition(table); i++) {
        const char *definition = ddl_value(ddl, constraints[i], "definition");
        if (ddl_is_inherited(constraints[i]) && str_starts(str_from(definition), STR("CHECK")))
            append_line(text, is_first,
                        arena_printf(ddl->arena, "CONSTRAINT %s %s",
                                     ddl_name_on_table(ddl, constraints[i]), definition));
    }
}

static void append_head(const Ddl *ddl, Text *text, const SnapshotObject *table)
{
    const char *of_type = ddl_value(ddl, table, "of type");
    bool is_first = true;
    text_printf(text, "CREATE %s%sTABLE %s%s%s",
                ddl_value(ddl, table, "persistence") ? "UNLOGGED " : "",
                is_foreign(table) ? "FOREIGN " : "", table->identity, of_type ? " OF " : "",
                of_type ? of_type : "");
    size_t before = text->len;
    text_printf(text, " (");
    if (of_type)
        append_typed_columns(ddl, text, table, &is_first);
    else
        append_columns(ddl, text, table, &is_first);
    append_inherited_checks(ddl, text, table, &is_first);
    if (is_first && of_type)
        text_truncate(text, before);
    else
        text_printf(text, "%s)", is_first ? "" : "\n");
}

static bool append_tail(Ddl *ddl, Text *text, const SnapshotObject *table)
{
    const char *own = ddl_storage_options(ddl, ddl_value(ddl, table, "options"), "");
    const char *of_toast =
        ddl_storage_options(ddl, ddl_value(ddl, table, "toast options"), "toast.");
    const char *parents = ddl_value(ddl, table, "inherits");
    const char *server = ddl_value(ddl, table, "server");
    if (parents)
        text_printf(text, " INHERITS (%s)", parents);
    text_printf(text, "%s", ddl_clause(ddl, table, " PARTITION BY ", "partition by"));
    text_printf(text, "%s", ddl_clause(ddl, table, " USING ", "access method"));
    if (own[0] || of_toast[0])
        text_printf(text, " WITH%.*s%s%s", own[0] ? (int)strlen(own) - 1 : 2, own[0] ? own : " (",
                    own[0] && of_toast[0] ? ", " : "", of_toast[0] ? of_toast + 2 : ")");
    if (!server)
        return true;
    const char *options = ddl_options(ddl, ddl_value(ddl, table, "server options"));
    if (!options)
        return ddl_refuse(ddl, "foreign table %s: an option of it is a secret", table->identity);
    text_printf(text, " SERVER %s%s", quote_name(ddl->arena, server), options);
    return true;
}

static void set_replica_identity(Ddl *ddl, const SnapshotObject *table)
{
    const char *identity = ddl_value(ddl, table, "replica identity");
    if (is_foreign(table)) // the catalog says "nothing", which nobody can
        return;
    if (!identity || strcmp(identity, "index") != 0) // the index says it itself
        ddl_add(ddl, "ALTER TABLE ONLY %s REPLICA IDENTITY %s", table->identity,
                !identity                       ? "DEFAULT"
                : strcmp(identity, "full") == 0 ? "FULL"
                                                : "NOTHING");
}

static void set_row_security(Ddl *ddl, const SnapshotObject *table, const char *name)
{
    bool is_of_owner = strcmp(name, "row security") != 0;
    bool is_set = ddl_value(ddl, table, name);
    ddl_add(ddl, "ALTER TABLE ONLY %s %s ROW LEVEL SECURITY", table->identity,
            is_of_owner ? (is_set ? "FORCE" : "NO FORCE") : (is_set ? "ENABLE" : "DISABLE"));
}

static bool create_table(Ddl *ddl, const SnapshotObject *table)
{
    TEXT_SCOPED text;
    text_init(&text, TEXT_MAX);
    append_head(ddl, &text, table);
    if (!append_tail(ddl, &text, table))
        return false;
    if (ddl_value(ddl, table, "detach pending"))
        return ddl_refuse(ddl, "table %s: it is half detached, which cannot be made",
                          table->identity);
    ddl_add(ddl, "%s", text_cstr(&text));
    const SnapshotObject *const *columns;
    size_t count = ddl_parts_of(ddl->now, table->identity, "column", &columns);
    for (size_t i = 0; i < count; i++)
        ddl_add_column_details(ddl, columns[i]);
    if (ddl_value(ddl, table, "replica identity"))
        set_replica_identity(ddl, table);
    if (ddl_value(ddl, table, "row security"))
        set_row_security(ddl, table, "row security");
    if (ddl_value(ddl, table, "row security of the owner"))
        set_row_security(ddl, table, "row security of the owner");
    return true;
}

// Foreign keys onto the whole hold each partition; a partition that is detached is held by rows
// alone.
static void detach_from_what_stays(Ddl *ddl, const SnapshotObject *table)
{
    const char *parent = ddl_value(ddl, table, "partition of");
    if (parent && ddl_part_find(ddl->now, "", "table", parent))
        ddl_add(ddl, "ALTER TABLE %s DETACH PARTITION %s", parent, table->identity);
}

static bool drop_table(Ddl *ddl, const SnapshotObject *table)
{
    detach_from_what_stays(ddl, table);
    if (is_foreign(table))
        ddl_add(ddl, "DROP FOREIGN TABLE %s", table->identity);
    else
        ddl_add_loss(ddl, arena_printf(ddl->arena, "table %s and its rows", table->identity),
                     "DROP TABLE %s", table->identity);
    return true;
}

static bool refuse_change(Ddl *ddl, const SnapshotObject *then, const SnapshotObject *now)
{
    if (ddl_differs(then, now, "partition by"))
        return ddl_refuse(ddl, "table %s: how a table is partitioned cannot be changed",
                          now->identity);
    if (ddl_differs(then, now, "detach pending"))
        return ddl_refuse(ddl,
                          "table %s: it is half detached; finish that first: ALTER TABLE ... "
                          "DETACH PARTITION %s FINALIZE",
                          now->identity, now->identity);
    if (ddl_differs(then, now, "server"))
        return ddl_refuse(ddl, "foreign table %s: its server cannot be changed", now->identity);
    if (ddl_differs(then, now, "access method") && ddl->server_major < 15)
        return ddl_refuse(ddl, "table %s: before PostgreSQL 15 its access method cannot be changed",
                          now->identity);
    return true;
}

static void change_storage(Ddl *ddl, const SnapshotObject *then, const SnapshotObject *now)
{
    const char *before = arena_printf(ddl->arena, "ALTER TABLE ONLY %s", now->identity);
    const char *method = ddl_value(ddl, now, "access method");
    if (ddl_differs(then, now, "persistence"))
        ddl_add(ddl, "%s SET %s", before,
                ddl_value(ddl, now, "persistence") ? "UNLOGGED" : "LOGGED");
    if (ddl_differs(then, now, "access method"))
        ddl_add(ddl, "%s SET ACCESS METHOD %s", before, method ? method : "heap");
    ddl_change_storage_options(ddl, before, ddl_value(ddl, then, "options"),
                               ddl_value(ddl, now, "options"), "");
    ddl_change_storage_options(ddl, before, ddl_value(ddl, then, "toast options"),
                               ddl_value(ddl, now, "toast options"), "toast.");
}

static DdlResult change_table(Ddl *ddl, const SnapshotObject *then, const SnapshotObject *now)
{
    const char *type = ddl_value(ddl, now, "of type");
    const char *options = ddl_options_change(ddl, ddl_value(ddl, then, "server options"),
                                             ddl_value(ddl, now, "server options"));
    if (!refuse_change(ddl, then, now))
        return DDL_REFUSED;
    if (!options) {
        ddl_refuse(ddl, "foreign table %s: an option of it is a secret", now->identity);
        return DDL_REFUSED;
    }
    change_storage(ddl, then, now);
    if (ddl_differs(then, now, "of type"))
        ddl_add(ddl, "ALTER TABLE %s %s%s", now->identity, type ? "OF " : "NOT OF",
                type ? type : "");
    if (options[0])
        ddl_add(ddl, "ALTER FOREIGN TABLE %s%s", now->identity, options);
    if (ddl_differs(then, now, "replica identity"))
        set_replica_identity(ddl, now);
    if (ddl_differs(then, now, "row security"))
        set_row_security(ddl, now, "row security");
    if (ddl_differs(then, now, "row security of the owner"))
        set_row_security(ddl, now, "row security of the owner");
    return DDL_DONE;
}

const DdlKind DDL_TABLE = {
    .kind = "table",
    .owner_word = "TABLE",
    .grant_word = "TABLE",
    .create = create_table,
    .drop = drop_table,
    .change = change_table,
};

const DdlKind DDL_FOREIGN_TABLE = {
    .kind = "foreign table",
    .owner_word = "FOREIGN TABLE",
    .grant_word = "TABLE",
    .create = create_table,
    .drop = drop_table,
    .change = change_table,
};

// It follows from how the columns come.
static bool say_nothing(Ddl *ddl, const SnapshotObject *object)
{
    return true;
}

static DdlResult change_nothing(Ddl *ddl, const SnapshotObject *then, const SnapshotObject *now)
{
    return DDL_DONE;
}

const DdlKind DDL_INHERITED_ORDER = {
    .kind = "inherited column order",
    .create = say_nothing,
    .drop = say_nothing,
    .change = change_nothing,
};

static bool create_place(Ddl *ddl, const SnapshotObject *place)
{
    ddl_add(ddl, "ALTER TABLE %s SET TABLESPACE %s", place->parent,
            quote_name(ddl->arena, ddl_value(ddl, place, "name")));
    return true;
}

// Back to the database's own, by its name.
static bool drop_place(Ddl *ddl, const SnapshotObject *place)
{
    const char *format =
        arena_printf(ddl->arena, "ALTER TABLE %s SET TABLESPACE %%I", place->parent);
    const char *body =
        arena_printf(ddl->arena,
                     "BEGIN EXECUTE pg_catalog.format(%s, (SELECT s.spcname FROM "
                     "pg_catalog.pg_tablespace s JOIN "
                     "pg_catalog.pg_database b ON b.dattablespace = s.oid WHERE b.datname = "
                     "pg_catalog.current_database())); END",
                     quote_literal(ddl->arena, format));
    ddl_add(ddl, "DO %s", quote_literal(ddl->arena, body));
    return true;
}

static DdlResult change_place(Ddl *ddl, const SnapshotObject *then, const SnapshotObject *now)
{
    return create_place(ddl, now) ? DDL_DONE : DDL_REFUSED;
}

const DdlKind DDL_TABLESPACE = {
    .kind = "tablespace",
    .create = create_place,
    .drop = drop_place,
    .change = change_place,
};
