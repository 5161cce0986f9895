#include "check/quarantine_private.h"
#include "sql/quote.h"

#include <string.h>

static const char *new_name(Arena *arena, const QuarantineTable *table)
{
    return table->now
               ? table->now
               : quarantine_table_name(arena, table->schema, table->name, table->version, NULL);
}

static bool is_table(const QuarantinePart *part)
{
    return strcmp(part->kind, "TABLE") == 0;
}

static void add_comment(Arena *arena, const QuarantineTable *table, Words *statements)
{
    Note note;
    note_begin(&note, arena, QUARANTINE_TABLE, table->version, table->schema, table->name);
    note_text(&note, "comment", table->comment);
    note_open(&note, "foreign_keys");
    VEC_EACH (const QuarantineForeignKey, key, &table->foreign_keys) {
        note_item(&note);
        note_text(&note, "schema", key->schema);
        note_text(&note, "table", key->table);
        note_text(&note, "name", key->name);
        note_text(&note, "definition", key->definition);
    }
    note_close(&note);
    note_open(&note, "grants");
    VEC_EACH (const QuarantineGrant, grant, &table->grants) {
        note_item(&note);
        note_text(&note, "to", grant->to);
        note_text(&note, "privileges", grant->privileges);
        note_true(&note, "grantable", grant->is_grantable);
    }
    note_close(&note);
    note_open(&note, "publications");
    VEC_EACH (const QuarantinePublication, publication, &table->publications) {
        note_item(&note);
        note_text(&note, "name", publication->name);
        note_text(&note, "rest", publication->rest);
    }
    note_close(&note);
    note_open(&note, "parents");
    VEC_EACH (const QuarantineParent, parent, &table->parents) {
        note_item(&note);
        note_text(&note, "schema", parent->schema);
        note_text(&note, "name", parent->name);
        note_text(&note, "bound", parent->bound);
    }
    note_close(&note);
    note_open(&note, "parts");
    VEC_EACH (const QuarantinePart, part, &table->parts) {
        note_item(&note);
        note_text(&note, "kind", part->kind);
        note_text(&note, "schema", part->schema);
        note_text(&note, "name", part->name);
        note_text(&note, "now", quarantine_part_name(arena, part, table->version));
    }
    note_close(&note);
    note_comment(
        &note, statements,
        arena_printf(arena, "TABLE %s", quarantine_qualified(arena, new_name(arena, table))));
}

static void rename_part(Arena *arena, const QuarantinePart *part, const char *name, const char *to,
                        Words *statements)
{
    quarantine_add(arena, statements, "ALTER %s %s RENAME TO %s", part->kind,
                   quote_qualified(arena, part->schema, name), quote_name(arena, to));
}

// Indexes and sequences take their new names before they come to where others of that name may
// be; a table's row type and its array go along by themselves.
static void move_parts(Arena *arena, const QuarantineTable *table, Words *statements)
{
    VEC_EACH (const QuarantinePart, part, &table->parts)
        rename_part(arena, part, part->name, quarantine_part_name(arena, part, table->version),
                    statements);
    VEC_EACH (const QuarantinePart, part, &table->parts)
        if (is_table(part))
            quarantine_add(arena, statements, "ALTER TABLE %s SET SCHEMA " QUARANTINE_SCHEMA,
                           quote_qualified(arena, part->schema,
                                           quarantine_part_name(arena, part, table->version)));
}

static void leave_parents(Arena *arena, const QuarantineTable *table, const char *name,
                          Words *statements)
{
    VEC_EACH (const QuarantineParent, parent, &table->parents) {
        const char *of = quote_qualified(arena, parent->schema, parent->name);
        if (parent->bound)
            quarantine_add(arena, statements, "ALTER TABLE %s DETACH PARTITION %s", of, name);
        else
            quarantine_add(arena, statements, "ALTER TABLE %s NO INHERIT %s", name, of);
    }
}

// In one REVOKE: with CASCADE, since one of them may have passed on what it was given.
static void revoke(Arena *arena, const QuarantineTable *table, const char *name, Words *statements)
{
    const char *list = "";
    VEC_EACH (const QuarantineGrant, grant, &table->grants)
        list = arena_printf(arena, "%s%s%s", list, *list ? ", " : "", grant->to);
    if (*list)
        quarantine_add(arena, statements, "REVOKE ALL ON TABLE %s FROM %s CASCADE", name, list);
}

void quarantine_table(Arena *arena, const QuarantineTable *table, Words *ret_statements)
{
    Words statements = {0};
    const char *name = quote_qualified(arena, table->schema, table->name);
    quarantine_add_schema(arena, &statements);
    leave_parents(arena, table, name, &statements);
    VEC_EACH (const QuarantineForeignKey, key, &table->foreign_keys)
        quarantine_add(arena, &statements, "ALTER TABLE %s DROP CONSTRAINT %s",
                       quote_qualified(arena, key->schema, key->table),
                       quote_name(arena, key->name));
    VEC_EACH (const QuarantinePublication, publication, &table->publications)
        quarantine_add(arena, &statements, "ALTER PUBLICATION %s DROP TABLE %s",
                       quote_name(arena, publication->name), name);
    revoke(arena, table, name, &statements);
    move_parts(arena, table, &statements);
    quarantine_add(arena, &statements, "ALTER TABLE %s SET SCHEMA " QUARANTINE_SCHEMA, name);
    quarantine_add(arena, &statements, "ALTER TABLE %s RENAME TO %s",
                   quarantine_qualified(arena, table->name),
                   quote_name(arena, new_name(arena, table)));
    add_comment(arena, table, &statements);
    *ret_statements = statements;
}

static void parts_back(Arena *arena, const QuarantineTable *table, Words *statements)
{
    VEC_EACH (const QuarantinePart, part, &table->parts)
        if (is_table(part))
            quarantine_add(
                arena, statements, "ALTER TABLE %s SET SCHEMA %s",
                quarantine_qualified(arena, quarantine_part_name(arena, part, table->version)),
                quote_name(arena, part->schema));
    VEC_EACH (const QuarantinePart, part, &table->parts)
        rename_part(arena, part, quarantine_part_name(arena, part, table->version), part->name,
                    statements);
}

static void join_parents(Arena *arena, const QuarantineTable *table, const char *name,
                         Words *statements)
{
    VEC_EACH (const QuarantineParent, parent, &table->parents) {
        const char *of = quote_qualified(arena, parent->schema, parent->name);
        if (parent->bound)
            quarantine_add(arena, statements, "ALTER TABLE %s ATTACH PARTITION %s %s", of, name,
                           parent->bound);
        else
            quarantine_add(arena, statements, "ALTER TABLE %s INHERIT %s", name, of);
    }
}

void quarantine_table_back(Arena *arena, const QuarantineTable *table, QuarantineBack *ret_back)
{
    QuarantineBack back = {0};
    Words *statements = &back.statements;
    const char *name = quote_qualified(arena, table->schema, table->name);
    const char *now = new_name(arena, table);
    // In this order: RENAME finds a free name for the array of its rows, SET SCHEMA does not.
    quarantine_add(arena, statements, "ALTER TABLE %s SET SCHEMA %s",
                   quarantine_qualified(arena, now), quote_name(arena, table->schema));
    quarantine_add(arena, statements, "ALTER TABLE %s RENAME TO %s",
                   quote_qualified(arena, table->schema, now), quote_name(arena, table->name));
    parts_back(arena, table, statements);
    join_parents(arena, table, name, statements);
    VEC_EACH (const QuarantineGrant, grant, &table->grants)
        quarantine_add(arena, statements, "GRANT %s ON TABLE %s TO %s%s", grant->privileges, name,
                       grant->to, grant->is_grantable ? " WITH GRANT OPTION" : "");
    VEC_EACH (const QuarantinePublication, publication, &table->publications)
        quarantine_add(arena, statements, "ALTER PUBLICATION %s ADD TABLE %s%s",
                       quote_name(arena, publication->name), name,
                       publication->rest ? publication->rest : "");
    VEC_EACH (const QuarantineForeignKey, key, &table->foreign_keys)
        if (key->definition)
            quarantine_prove_behind(arena, &back, quote_qualified(arena, key->schema, key->table),
                                    quote_name(arena, key->name), key->definition);
    quarantine_add(arena, statements, "COMMENT ON TABLE %s IS %s", name,
                   table->comment ? quote_literal(arena, table->comment) : "NULL");
    *ret_back = back;
}
