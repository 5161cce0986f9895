// Renames, so that code of both releases works: under both names until the contract file runs.
//
// A column: one of the new name beside it, and a trigger that carries a write under either name to
// the other, so that no release overwrites what the other wrote. The contract file drops trigger
// and copy and renames the old column in one transaction: its place, indexes, constraints,
// privileges and views stay as they are, and no write falls between. A table: renamed at once, with
// a view under the old name that can be written to.
#include "check/fix/fix.h"
#include "check/replay/replay.h"
#include "check/rules/column_subject.h"
#include "check/rules/object.h"
#include "check/rules/proposal.h"
#include "sql/quote.h"

#include <string.h>

typedef struct ColumnRename {
    Fixing *fixing;
    const ColumnSubject *subject;
    const char *to; // without quotes
    const char *old_sql, *new_sql;
    const char *type;
    const char *function; // its name with its schema
    const char *trigger;
} ColumnRename;

static bool is_indexed_otherwise(const Index *index, const char *column)
{
    return words_have(&index->other_columns, column) ||
           (words_have(&index->columns, column) &&
            (index->constraint || index->has_expression || index->is_partial ||
             index->has_options || index->nulls_not_distinct || strcmp(index->method, "btree")));
}

static const char *why_not_by_parts(const Relation *relation, const char *column)
{
    VEC_EACH (const Index, index, &relation->indexes)
        if (is_indexed_otherwise(index, column))
            return "an index of the column is more than its columns: write the one for the copy "
                   "by hand";
    VEC_EACH (const Constraint, constraint, &relation->constraints)
        if (constraint->kind == CONSTRAINT_FOREIGN && words_have(&constraint->columns, column))
            return "the column references another table: rows that it changes would change once "
                   "more";
    return NULL;
}

// Where two columns, kept equal, would not be what one is.
static const char *why_not(const ColumnSubject *subject, const char *to)
{
    const Relation *relation = subject->relation;
    const Column *column = subject->column;
    if (!relation || !column || relation->kind != RELATION_TABLE || !subject->is_known)
        return "what the column is, no file says";
    if (relation_column(relation, to))
        return "there is a column of the new name";
    if (relation->is_partition || relation->children.len || relation->parents.len)
        return "the table has others above or below it";
    if (relation->triggers.len)
        return "the table has triggers, which would see both columns";
    if (column->is_identity || column->is_serial || column->generated)
        return "its values are made by the server: two columns would each make their own";
    if (column->has_default && !column->is_not_null)
        return "with a default and no NOT NULL, a NULL that code writes on purpose is not told "
               "from one that it left out";
    return why_not_by_parts(relation, column->name);
}

static const char *type_of(const ColumnSubject *subject)
{
    Arena *arena = subject->judged->scratch;
    const Column *column = subject->column;
    const char *type = column_type_text(arena, &column->type);
    return column->collation
               ? arena_printf(arena, "%s COLLATE %s", type, quote_name(arena, column->collation))
               : type;
}

static const char *expand_sql(const ColumnRename *rename)
{
    return judged_printf(
        rename->fixing->judged,
        "ALTER TABLE %s ADD COLUMN %s %s;\n"
        "-- A write under either name is carried to the other; what is the same is compared as "
        "text,\n"
        "-- which every type has.\n"
        "CREATE FUNCTION %s() RETURNS trigger LANGUAGE plpgsql AS $$\n"
        "BEGIN\n"
        "    IF TG_OP = 'INSERT' THEN\n"
        "        IF NEW.%s IS NULL THEN NEW.%s := NEW.%s; ELSE NEW.%s := NEW.%s; END IF;\n"
        "    ELSIF NEW.%s::text IS DISTINCT FROM OLD.%s::text THEN\n"
        "        NEW.%s := NEW.%s;\n"
        "    ELSE\n"
        "        NEW.%s := NEW.%s;\n"
        "    END IF;\n"
        "    RETURN NEW;\n"
        "END $$;\n"
        "CREATE TRIGGER %s BEFORE INSERT OR UPDATE ON %s\n"
        "    FOR EACH ROW EXECUTE FUNCTION %s();",
        rename->subject->sql_table, rename->new_sql, rename->type, rename->function,
        rename->new_sql, rename->new_sql, rename->old_sql, rename->old_sql, rename->new_sql,
        rename->new_sql, rename->new_sql, rename->old_sql, rename->new_sql, rename->new_sql,
        rename->old_sql, rename->trigger, rename->subject->sql_table, rename->function);
}

static const char *undo_sql(const ColumnRename *rename)
{
    return judged_printf(rename->fixing->judged,
                         "DROP TRIGGER %s ON %s;\n"
                         "DROP FUNCTION %s();\n"
                         "ALTER TABLE %s DROP COLUMN %s;",
                         rename->trigger, rename->subject->sql_table, rename->function,
                         rename->subject->sql_table, rename->new_sql);
}

static const char *fill_sql(const ColumnRename *rename)
{
    return judged_printf(rename->fixing->judged,
                         "UPDATE %s SET %s = %s WHERE %s IS NULL AND %s IS NOT NULL;",
                         rename->subject->sql_table, rename->new_sql, rename->old_sql,
                         rename->new_sql, rename->old_sql);
}

static const char *contract_sql(const ColumnRename *rename)
{
    const char *kept = "kept equal to the column of the old name, which takes its place here";
    return judged_printf(rename->fixing->judged,
                         "-- Only when no code says %s any more: from here on it fails.\n"
                         "DROP TRIGGER %s ON %s;\n"
                         "DROP FUNCTION %s();\n"
                         "-- migrate-safe: ignore drop-column: %s\n"
                         "ALTER TABLE %s DROP COLUMN %s;\n"
                         "-- migrate-safe: ignore rename-column: code knows the new name already\n"
                         "ALTER TABLE %s RENAME COLUMN %s TO %s;",
                         rename->subject->name, rename->trigger, rename->subject->sql_table,
                         rename->function, kept, rename->subject->sql_table, rename->new_sql,
                         rename->subject->sql_table, rename->old_sql, rename->new_sql);
}

// Code that looks rows up by the new name needs the same indexes.
static const char *add_indexes(const ColumnRename *rename)
{
    const Judged *judged = rename->fixing->judged;
    Arena *arena = judged->scratch;
    const Relation *relation = rename->subject->relation;
    const char *again = "";
    VEC_EACH (const Index, index, &relation->indexes) {
        if (!words_have(&index->columns, rename->subject->name))
            continue;
        Words columns = {0};
        VEC_EACH (const char *, column, &index->columns)
            *vec_append(arena, &columns) =
                strcmp(*column, rename->subject->name) == 0 ? rename->to : *column;
        const char *name = proposal_made_name(arena, relation->name, &columns, "copy_idx");
        const char *kind = index->is_unique ? "UNIQUE " : "";
        const char *words = proposal_words(arena, &columns);
        FixStep *step =
            fix_step(rename->fixing, FIX_ALONE, "index",
                     judged_printf(judged, "CREATE %sINDEX CONCURRENTLY %s ON %s (%s);", kind,
                                   quote_name(arena, name), rename->subject->sql_table, words));
        step->retry = step->down = judged_printf(
            judged, "DROP INDEX CONCURRENTLY IF EXISTS %s;",
            quote_qualified(arena, node_text(rename->subject->range, "schemaname"), name));
        again = judged_printf(judged, "%s\nCREATE %sINDEX %s ON %s (%s);", again, kind,
                              quote_name(arena, name), rename->subject->sql_table, words);
    }
    return again;
}

static void add_column_steps(ColumnRename *rename)
{
    Fixing *fixing = rename->fixing;
    const Judged *judged = fixing->judged;
    const char *old_name = rename->subject->name;
    bool is_sorted = strcmp(old_name, rename->to) < 0;
    FixStep *expand = fix_step(fixing, FIX_HERE, "expand", expand_sql(rename));
    expand->down = undo_sql(rename);
    expand->object =
        arena_printf(fixing->arena, "rename OBJECT_COLUMN %s %s %s",
                     node_text(rename->subject->range, "relname"),
                     is_sorted ? old_name : rename->to, is_sorted ? rename->to : old_name);
    fix_step(fixing, FIX_ROWS, "fill", fill_sql(rename))->down = "";
    const char *indexes = add_indexes(rename);
    FixStep *contract = fix_step(fixing, FIX_CONTRACT, "contract", contract_sql(rename));
    contract->down = judged_printf(judged, "ALTER TABLE %s RENAME COLUMN %s TO %s;\n%s\n%s%s",
                                   rename->subject->sql_table, rename->new_sql, rename->old_sql,
                                   expand->sql, fill_sql(rename), indexes);
}

static void rename_column(Fixing *fixing)
{
    const Judged *judged = fixing->judged;
    Arena *arena = judged->scratch;
    const char *to = node_text(judged->node, "newname");
    ColumnSubject subject;
    if (!column_subject(judged, &subject))
        return;
    const char *why = why_not(&subject, to);
    if (why) {
        fix_refuse(fixing, "%s", why);
        return;
    }
    Words names = {(const char *[]){subject.name, to}, 2, 2};
    const char *table = node_text(subject.range, "relname");
    const char *made = proposal_made_name(arena, table, &names, "sync");
    ColumnRename rename = {
        .fixing = fixing,
        .subject = &subject,
        .to = to,
        .old_sql = subject.sql_name,
        .new_sql = quote_name(arena, to),
        .type = type_of(&subject),
        .function = quote_qualified(arena, node_text(subject.range, "schemaname"), made),
        .trigger = quote_name(arena, made),
    };
    add_column_steps(&rename);
    fix_name(fixing, table);
}

// The privileges of the table, for the view: what may read and write one may do so with the other.
static const char *grants_sql(const Judged *judged, const char *old_literal,
                              const char *new_literal)
{
    return judged_printf(
        judged,
        "DO $$\n"
        "DECLARE\n"
        "    granted record;\n"
        "BEGIN\n"
        "    FOR granted IN\n"
        "        SELECT privilege_type, is_grantable,\n"
        "            CASE grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(grantee)) "
        "END AS role\n"
        "        FROM pg_class, aclexplode(relacl)\n"
        "        WHERE pg_class.oid = %s::regclass AND grantee <> relowner\n"
        "            AND privilege_type IN ('SELECT', 'INSERT', 'UPDATE', 'DELETE')\n"
        "    LOOP\n"
        "        EXECUTE format('GRANT %%s ON %%s TO %%s%%s', granted.privilege_type,\n"
        "            %s::regclass, granted.role,\n"
        "            CASE WHEN granted.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END);\n"
        "    END LOOP;\n"
        "END $$;",
        new_literal, old_literal);
}

static const char *why_no_view(const Judged *judged, const Relation *relation)
{
    if (!node_text_is(judged->node, "renameType", "OBJECT_TABLE") || !relation ||
        (relation->kind != RELATION_TABLE && relation->kind != RELATION_PARTITIONED))
        return "what is renamed is no table that a file makes";
    if (relation->has_row_security && judged->pg_from < 15)
        return "row level security of the table would not hold through the view: before "
               "PostgreSQL 15 it asks for its owner's rights";
    return NULL;
}

static void rename_table(Fixing *fixing)
{
    const Judged *judged = fixing->judged;
    Arena *arena = judged->scratch;
    const Node *range = node_field(judged->node, "relation");
    const Relation *relation = judged_relation(judged, range);
    const char *schema = node_text(range, "schemaname");
    const char *old_name = node_text(range, "relname");
    const char *to = node_text(judged->node, "newname");
    const char *why = why_no_view(judged, relation);
    if (why) {
        fix_refuse(fixing, "%s", why);
        return;
    }
    const char *old_sql = quote_qualified(arena, schema, old_name);
    const char *new_sql = quote_qualified(arena, schema, to);
    const char *invoker = relation->has_row_security ? " WITH (security_invoker = true)" : "";
    const char *view = judged_printf(
        judged, "CREATE VIEW %s%s AS SELECT * FROM %s;\n%s", old_sql, invoker, new_sql,
        grants_sql(judged, quote_literal(arena, old_sql), quote_literal(arena, new_sql)));
    bool is_sorted = strcmp(old_name, to) < 0;
    FixStep *expand =
        fix_step(fixing, FIX_HERE, "expand",
                 judged_printf(judged,
                               "ALTER TABLE %s RENAME TO %s;\n"
                               "-- Code that says the old name reads and writes through it; "
                               "TRUNCATE and COPY ... FROM do not.\n%s",
                               old_sql, quote_name(arena, to), view));
    expand->down = judged_printf(judged, "DROP VIEW %s;\nALTER TABLE %s RENAME TO %s;", old_sql,
                                 new_sql, quote_name(arena, old_name));
    expand->object = arena_printf(fixing->arena, "rename OBJECT_TABLE  %s %s",
                                  is_sorted ? old_name : to, is_sorted ? to : old_name);
    FixStep *contract = fix_step(
        fixing, FIX_CONTRACT, "contract",
        judged_printf(judged,
                      "-- Only when no code says %s any more: from here on it fails.\n"
                      "-- migrate-safe: ignore drop-table: a view, and the table has the new name\n"
                      "DROP VIEW %s;",
                      old_name, old_sql));
    contract->down = view;
    fix_name(fixing, old_name);
}

const FixRule FIXES_RENAME[] = {
    {"rename-column", rename_column},
    {"rename-table", rename_table},
    {NULL, NULL},
};
