// A table, view or schema that is called otherwise from one moment to the next.
#include "check/rules/families.h"
#include "check/rules/object.h"
#include "check/rules/renaming.h"
#include "sql/quote.h"

#include <string.h>

enum {
    RENAME_TABLE,
    RENAME_SCHEMA,
    SET_SCHEMA,
};

// A name that says that nobody is to use it any more: the first half of a careful drop.
static bool is_farewell(const char *name)
{
    static const char *const WORDS[] = {"unused",     "obsolete", "deprecated",
                                        "quarantine", "to_drop",  "trash"};
    for (size_t i = 0; i < sizeof WORDS / sizeof *WORDS; i++)
        if (strstr(name, WORDS[i]))
            return true;
    return false;
}

// rename-table

static bool has_callers(const char *type)
{
    static const char *const TYPES[] = {"OBJECT_TABLE", "OBJECT_VIEW", "OBJECT_MATVIEW",
                                        "OBJECT_FOREIGN_TABLE", "OBJECT_SEQUENCE"};
    for (size_t i = 0; i < sizeof TYPES / sizeof *TYPES; i++)
        if (strcmp(type, TYPES[i]) == 0)
            return true;
    return false;
}

static void report_rename(const Judged *judged, const Node *range)
{
    const Relation *relation = judged_relation(judged, range);
    const char *name = judged_name(judged, range);
    const char *new_name = node_text(judged->node, "newname");
    const char *schema = relation ? relation->schema : node_text(range, "schemaname");
    Finding *finding =
        judged_report(judged, NULL, name,
                      "renames %s to %s: code that runs now fails on the old name", name, new_name);
    const char *prefix =
        *schema ? arena_printf(judged->scratch, "%s.", quote_name(judged->scratch, schema)) : "";
    const char *old_sql = object_sql(judged, range);
    finding->instead =
        judged_printf(judged,
                      "-- one transaction; inserts, updates and deletes go through the view\n"
                      "ALTER TABLE %s RENAME TO %s;\n"
                      "CREATE VIEW %s AS SELECT * FROM %s%s;\n"
                      "-- later, when no code says %s any more:\n"
                      "-- DROP VIEW %s;",
                      old_sql, quote_name(judged->scratch, new_name), old_sql, prefix,
                      quote_name(judged->scratch, new_name), node_text(range, "relname"), old_sql);
}

static void check_rename_table(const Judged *judged)
{
    GoneNames *gone = gone_names(judged, &RULES_TABLE_RENAME[RENAME_TABLE]);
    const Node *range =
        node_field(judged->node, node_is(judged->node, "ViewStmt") ? "view" : "relation");
    if (!node_is(judged->node, "RenameStmt")) {
        gone_again(judged, gone, node_text(range, "schemaname"), node_text(range, "relname"));
        return;
    }
    const char *new_name = node_text(judged->node, "newname");
    if (!has_callers(node_text(judged->node, "renameType")))
        return;
    if (gone_again(judged, gone, node_text(range, "schemaname"), new_name))
        return; // a swap: the name means another table now, and is there
    if (object_is_ours(judged, range) || is_farewell(node_text(range, "schemaname")))
        return;
    if (!is_farewell(new_name))
        report_rename(judged, range);
    const Relation *relation = judged_relation(judged, range);
    gone_add(judged, gone, relation ? relation->schema : node_text(range, "schemaname"),
             node_text(range, "relname"));
}

#define NOTES "CREATE TABLE notes (id bigint PRIMARY KEY, body text);"
static const RuleExample RENAME_TABLE_BAD[] = {
    {.setup = NOTES, .sql = "ALTER TABLE notes RENAME TO remarks;"},
    {.setup = NOTES "CREATE VIEW short_notes AS SELECT id FROM notes;",
     .sql = "ALTER VIEW short_notes RENAME TO note_ids;"},
    {0},
};
static const RuleExample RENAME_TABLE_GOOD[] = {
    {.setup = NOTES,
     .sql = "ALTER TABLE notes RENAME TO remarks;"
            "CREATE VIEW notes AS SELECT * FROM remarks;",
     .note = "the old name stays, as a view that can be written to"},
    {.setup = NOTES "CREATE TABLE notes_new (id bigint PRIMARY KEY, body text);",
     .sql = "ALTER TABLE notes RENAME TO notes_unused; ALTER TABLE notes_new RENAME TO notes;",
     .note = "a swap: the name is there at commit",
     .allows = "multiple-strong-locks-one-transaction"},
    {.setup = NOTES, .sql = "ALTER INDEX notes_pkey RENAME TO notes_key;", .note = "an index"},
    {.sql = "CREATE TABLE notes (id bigint); ALTER TABLE notes RENAME TO remarks;",
     .note = "made in the same file"},
    {0},
};

// rename-schema

static void check_rename_schema(const Judged *judged)
{
    if (!node_text_is(judged->node, "renameType", "OBJECT_SCHEMA"))
        return;
    const char *name = node_text(judged->node, "subname");
    const char *new_name = node_text(judged->node, "newname");
    if (!is_farewell(new_name))
        judged_report(judged, NULL, name,
                      "renames schema %s to %s: every statement that says %s.name fails at once",
                      name, new_name, name);
}

static const RuleExample RENAME_SCHEMA_BAD[] = {
    {.setup = "CREATE SCHEMA shop;", .sql = "ALTER SCHEMA shop RENAME TO store;"},
    {0},
};
static const RuleExample RENAME_SCHEMA_GOOD[] = {
    {.sql = "CREATE SCHEMA store;", .note = "a new one beside it"},
    {.setup = "CREATE SCHEMA shop;",
     .sql = "ALTER SCHEMA shop RENAME TO shop_unused;",
     .note = "on its way out"},
    {0},
};

// set-schema

static const char *moved_name(const Judged *judged, const Node **ret_names)
{
    const Node *range = node_field(judged->node, "relation");
    *ret_names = range ? range : object_names(node_field(judged->node, "object"));
    return object_name(judged, *ret_names);
}

static void check_set_schema(const Judged *judged)
{
    GoneNames *gone = gone_names(judged, &RULES_TABLE_RENAME[SET_SCHEMA]);
    if (node_is(judged->node, "ViewStmt")) {
        const Node *view = node_field(judged->node, "view");
        gone_again(judged, gone, node_text(view, "schemaname"), node_text(view, "relname"));
        return;
    }
    const Node *names;
    const char *name = moved_name(judged, &names);
    const char *schema = node_text(judged->node, "newschema");
    const Relation *relation = object_relation(judged, names);
    const Type *type =
        node_text_is(judged->node, "objectType", "OBJECT_TYPE") ? object_type(judged, names) : NULL;
    if (relation_is_ours(judged, relation) || is_farewell(schema) ||
        (type && made_is_ours(judged, &type->made)))
        return;
    Finding *finding = judged_report(
        judged, NULL, name, "moves %s to schema %s: code that runs now fails on the old name", name,
        schema);
    if (!has_callers(node_text(judged->node, "objectType")))
        return;
    const char *last =
        node_has(names, "relname") ? node_text(names, "relname") : node_last_text(names);
    gone_add(judged, gone, relation ? relation->schema : "", last);
    finding->instead = judged_printf(
        judged,
        "-- one transaction; inserts, updates and deletes go through the view\n"
        "ALTER TABLE %s SET SCHEMA %s;\n"
        "CREATE VIEW %s AS SELECT * FROM %s.%s;",
        object_sql(judged, names), quote_name(judged->scratch, schema), object_sql(judged, names),
        quote_name(judged->scratch, schema), quote_name(judged->scratch, last));
}

static const RuleExample SET_SCHEMA_BAD[] = {
    {.setup = NOTES "CREATE SCHEMA shop;", .sql = "ALTER TABLE notes SET SCHEMA shop;"},
    {.setup = "CREATE SCHEMA shop; CREATE TYPE mood AS ENUM ('ok');",
     .sql = "ALTER TYPE mood SET SCHEMA shop;"},
    {0},
};
static const RuleExample SET_SCHEMA_GOOD[] = {
    {.setup = NOTES "CREATE SCHEMA shop;",
     .sql = "ALTER TABLE notes SET SCHEMA shop;"
            "CREATE VIEW public.notes AS SELECT * FROM shop.notes;",
     .note = "the old name stays, as a view"},
    {.setup = "CREATE SCHEMA shop;",
     .sql = "CREATE TABLE notes (id bigint); ALTER TABLE notes SET SCHEMA shop;",
     .note = "made in the same file"},
    {0},
};

const Rule RULES_TABLE_RENAME[] = {
    [RENAME_TABLE] =
        {
            .id = "rename-table",
            .severity = SEVERITY_WARNING,
            .risk = RISK_COMPATIBILITY,
            .summary = "the table's name changes under running code",
            .why = "From the commit on every statement with the old name fails, in processes that "
                   "were started before and in those that a rollback of the deploy brings back. "
                   "The rename itself takes ACCESS EXCLUSIVE and is instant. A view under the old "
                   "name in the same transaction keeps both names working, for writes as well. "
                   "Not meant: a swap that gives the name to another table in the same "
                   "transaction, and names that say that the table goes (unused, obsolete, "
                   "deprecated, to_drop).",
            .instead = "rename, and make an updatable view with the old name in the same "
                       "transaction; drop the view when no code uses it",
            .instead_sql = "ALTER TABLE notes RENAME TO remarks;\n"
                           "CREATE VIEW notes AS SELECT * FROM remarks;",
            .aliases = "squawk:renaming-table strong_migrations:rename_table atlas:BC101",
            .on = "RenameStmt ViewStmt CreateStmt",
            .check = check_rename_table,
            .bad = RENAME_TABLE_BAD,
            .good = RENAME_TABLE_GOOD,
        },
    [RENAME_SCHEMA] =
        {
            .id = "rename-schema",
            .severity = SEVERITY_WARNING,
            .risk = RISK_COMPATIBILITY,
            .summary = "a schema's name changes under running code",
            .why = "Every qualified name and every search_path that names the schema is wrong from "
                   "the commit on; an unknown schema in search_path is passed over in silence, so "
                   "tables are found elsewhere or not at all. Bodies of functions keep the old "
                   "name as text and fail when they are called.",
            .instead = "make a new schema with views of the old one's tables, move the code, then "
                       "move the tables one by one",
            .instead_sql = "CREATE SCHEMA store;\n"
                           "CREATE VIEW store.orders AS SELECT * FROM shop.orders;",
            .aliases = "strong_migrations:rename_schema",
            .on = "RenameStmt",
            .check = check_rename_schema,
            .bad = RENAME_SCHEMA_BAD,
            .good = RENAME_SCHEMA_GOOD,
        },
    [SET_SCHEMA] =
        {
            .id = "set-schema",
            .severity = SEVERITY_WARNING,
            .risk = RISK_COMPATIBILITY,
            .summary = "an object moves to another schema under running code",
            .why =
                "Qualified names break at commit, and unqualified ones too where the new schema "
                "is not in the search_path. Indexes, constraints and owned sequences move along, "
                "privileges on the new schema do not come by themselves. A view under the old "
                "name in the same transaction keeps it working.",
            .instead = "move it, and make an updatable view under the old name in the same "
                       "transaction",
            .instead_sql = "ALTER TABLE notes SET SCHEMA shop;\n"
                           "CREATE VIEW public.notes AS SELECT * FROM shop.notes;",
            .on = "AlterObjectSchemaStmt ViewStmt",
            .check = check_set_schema,
            .bad = SET_SCHEMA_BAD,
            .good = SET_SCHEMA_GOOD,
        },
    {0},
};
