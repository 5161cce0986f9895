// Renames: both names are there until the application has been deployed.
//
// A column gets a twin of the new name; at the end the twin goes, and the column itself is renamed.
// So keys, checks, grants, views and the column's place are never made again, the schema behind it
// is exactly that of RENAME, and what is dropped is a copy. A table gets a view of the old name.
#include "check/fix/fix.h"
#include "check/fix/twin_of.h"
#include "check/rules/column_subject.h"
#include "sql/quote.h"

#include <string.h>

static const char *rename_key(Fixing *fixing, const char *kind, const char *table,
                              const char *old_name, const char *new_name)
{
    bool is_sorted = strcmp(old_name, new_name) < 0;
    return arena_printf(fixing->arena, "rename %s %s %s %s", kind, table,
                        is_sorted ? old_name : new_name, is_sorted ? new_name : old_name);
}

// Column.

static void add_make(Fixing *fixing, const Twin *twin)
{
    Arena *arena = fixing->arena;
    FixStep *step = fix_step(
        fixing, FIX_HERE, "expand",
        arena_printf(arena,
                     "-- Expand: %s and %s are kept equal, whichever is written. Triggers of the "
                     "table's own run before\n"
                     "-- this one; what they do with %s they have to do with %s as well.\n"
                     "%s",
                     quote_name(arena, twin->old_name), quote_name(arena, twin->new_name),
                     quote_name(arena, twin->old_name), quote_name(arena, twin->new_name),
                     twin_make(arena, twin)));
    step->down = twin_drop(arena, twin);
    step->object = rename_key(fixing, "OBJECT_COLUMN", twin->table, twin->old_name, twin->new_name);
}

// All in one transaction: what runs now says the new name only, and must not miss it.
static const char *contract_down(Arena *arena, const Twin *twin, const TwinIndexes *indexes)
{
    const char *sql = arena_printf(arena, "ALTER TABLE %s RENAME COLUMN %s TO %s;\n%s\n%s",
                                   twin_table(arena, twin), quote_name(arena, twin->new_name),
                                   quote_name(arena, twin->old_name), twin_make(arena, twin),
                                   twin_fill(arena, twin));
    VEC_EACH (const char *, build, &indexes->builds_in_transaction)
        sql = arena_printf(arena, "%s\n%s", sql, *build);
    return sql;
}

static void add_contract(Fixing *fixing, const Twin *twin, const TwinIndexes *indexes)
{
    Arena *arena = fixing->arena;
    const char *old_name = quote_name(arena, twin->old_name);
    const char *new_name = quote_name(arena, twin->new_name);
    const char *table = twin_table(arena, twin);
    FixStep *step = fix_step(
        fixing, FIX_CONTRACT, "contract",
        arena_printf(arena,
                     "-- Contract: not before every application that runs says %2$s. Deploy it, "
                     "then run this.\n"
                     "%4$s\n"
                     "%5$s\n"
                     "-- migrate-safe: ignore drop-column: a copy, whose values are in the other\n"
                     "ALTER TABLE %1$s DROP COLUMN %2$s;\n"
                     "-- migrate-safe: ignore rename-column: the application says the new name\n"
                     "ALTER TABLE %1$s RENAME COLUMN %3$s TO %2$s;",
                     table, new_name, old_name, twin_part_drop(arena, twin),
                     twin_guard(arena, twin, twin->new_name, &indexes->names)));
    step->down = contract_down(arena, twin, indexes);
}

static void make_column(Fixing *fixing)
{
    const Judged *judged = fixing->judged;
    const Node *range = node_field(judged->node, "relation");
    Twin twin;
    TwinIndexes indexes;
    if (!node_text_is(judged->node, "relationType", "OBJECT_TABLE"))
        fix_refuse(fixing, "a view's column has no rows of its own: make the view anew");
    else if (verdict_is_only(range))
        fix_refuse(fixing, "ONLY leaves open what the tables below it have");
    if (fixing->fix->refused ||
        !twin_of(fixing, range, node_text(judged->node, "subname"),
                 node_text(judged->node, "newname"), &twin) ||
        !twin_tells_null(fixing, judged_relation(judged, range), &twin) ||
        !twin_indexes(fixing, judged_relation(judged, range), &twin, &indexes))
        return;
    add_make(fixing, &twin);
    twin_add_fill(fixing, &twin);
    twin_add_indexes(fixing, &indexes);
    add_contract(fixing, &twin, &indexes);
    fix_name(fixing, twin.table);
    fix_name(fixing, twin.new_name);
    fix_contract_name(fixing, twin.old_name);
    fix_contract_name(fixing, twin.new_name);
}

// Table.

// What the table gives whom; the view checks nothing by itself.
static const char *grants_copied(Arena *arena, const char *table, const char *view)
{
    return arena_printf(
        arena,
        "DO $migrate_safe$\n"
        "DECLARE\n"
        "    one record;\n"
        "BEGIN\n"
        "    FOR one IN SELECT privilege_type, is_grantable,\n"
        "            CASE WHEN grantee = 0 THEN 'PUBLIC' ELSE grantee::pg_catalog.regrole::text "
        "END AS who\n"
        "        FROM pg_catalog.pg_class, pg_catalog.aclexplode(relacl)\n"
        "        WHERE pg_class.oid = %s::pg_catalog.regclass AND grantee <> relowner\n"
        "            AND privilege_type IN ('SELECT', 'INSERT', 'UPDATE', 'DELETE')\n"
        "    LOOP\n"
        "        EXECUTE pg_catalog.format('GRANT %%s ON %%s TO %%s%%s', one.privilege_type,\n"
        "            %s::pg_catalog.regclass, one.who,\n"
        "            CASE WHEN one.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END);\n"
        "    END LOOP;\n"
        "END\n"
        "$migrate_safe$;",
        quote_literal(arena, table), quote_literal(arena, view));
}

static const char *why_no_view(const Judged *judged, const Relation *relation)
{
    if (!node_text_is(judged->node, "renameType", "OBJECT_TABLE") ||
        (relation && relation->kind != RELATION_TABLE && relation->kind != RELATION_PARTITIONED))
        return "only a table can be written to through a view of its old name";
    if (!relation || !verdict_is_whole(relation))
        return "the files do not show how the table was made, and whether rows of it are hidden "
               "from some";
    if (relation->is_temporary)
        return "the table is temporary";
    if (relation->has_row_security && judged->pg_from < 15)
        return "the table has row security, which a view passes by before PostgreSQL 15";
    return NULL;
}

static void add_view(Fixing *fixing, const char *old_table, const char *new_table)
{
    const Judged *judged = fixing->judged;
    Arena *arena = fixing->arena;
    const char *new_name = node_text(judged->node, "newname");
    const char *old_name = node_text(judged->node, "relation.relname");
    const char *tag =
        arena_printf(arena, "ALTER TABLE %s RENAME TO %s;", old_table, quote_name(arena, new_name));
    FixStep *step = fix_step(
        fixing, FIX_HERE, "expand",
        arena_printf(arena,
                     "-- Expand: the old name stays as a view, for reading and writing. It takes "
                     "no TRUNCATE, COPY FROM,\n"
                     "-- CREATE INDEX, ON CONFLICT ON CONSTRAINT and REFERENCES, before PostgreSQL "
                     "17 no MERGE, and no query that leaves\n"
                     "-- columns out of GROUP BY because the key is in it.\n"
                     "%s\n"
                     "CREATE VIEW %s%s AS SELECT * FROM %s;\n"
                     "%s",
                     tag, old_table, judged->pg_from >= 15 ? " WITH (security_invoker = true)" : "",
                     new_table, grants_copied(arena, new_table, old_table)));
    step->down = arena_printf(arena, "DROP VIEW %s;\nALTER TABLE %s RENAME TO %s;", old_table,
                              new_table, quote_name(arena, old_name));
    step->object = rename_key(fixing, "OBJECT_TABLE", "", old_name, new_name);
    FixStep *contract =
        fix_step(fixing, FIX_CONTRACT, "contract",
                 arena_printf(arena,
                              "-- Contract: not before every application that runs says %s. "
                              "Deploy it, then run this.\n"
                              "-- migrate-safe: ignore drop-table: a view of the table's old name\n"
                              "DROP VIEW %s;",
                              new_table, old_table));
    contract->down = arena_printf(arena, "CREATE VIEW %s%s AS SELECT * FROM %s;\n%s", old_table,
                                  judged->pg_from >= 15 ? " WITH (security_invoker = true)" : "",
                                  new_table, grants_copied(arena, new_table, old_table));
}

static void make_table(Fixing *fixing)
{
    const Judged *judged = fixing->judged;
    const Node *range = node_field(judged->node, "relation");
    const char *why = why_no_view(judged, judged_relation(judged, range));
    if (why) {
        fix_refuse(fixing, "%s", why);
        return;
    }
    const char *schema = node_text(range, "schemaname");
    add_view(fixing, quote_qualified(fixing->arena, schema, node_text(range, "relname")),
             quote_qualified(fixing->arena, schema, node_text(judged->node, "newname")));
    fix_name(fixing, node_text(range, "relname"));
    fix_contract_name(fixing, node_text(range, "relname"));
}

const FixRule FIXES_RENAME[] = {
    {"rename-column", make_column},
    {"rename-table", make_table},
    {NULL, NULL},
};
