#include "check/quarantine_private.h"
#include "sql/quote.h"

typedef struct ColumnPlace {
    const char *table; // SQL
    const char *name;  // SQL
    const char *aside; // SQL
} ColumnPlace;

static ColumnPlace place_of(Arena *arena, const char *schema, const char *table, const char *name,
                            const char *version, const char *now)
{
    return (ColumnPlace){
        quote_qualified(arena, schema, table),
        quote_name(arena, name),
        quote_name(arena, now ? now : quarantine_column_name(arena, name, version)),
    };
}

static ColumnPlace column_place(Arena *arena, const QuarantineColumn *column)
{
    return place_of(arena, column->schema, column->table, column->name, column->version,
                    column->now);
}

static const char *comment_target(Arena *arena, const char *table, const char *column)
{
    return arena_printf(arena, "COLUMN %s.%s", table, column);
}

static void add_comment(Arena *arena, const QuarantineColumn *column, const ColumnPlace *place,
                        Words *statements)
{
    Note note;
    note_begin(&note, arena, QUARANTINE_COLUMN, column->version, column->schema, column->name);
    note_true(&note, "not_null", column->is_not_null);
    note_text(&note, "not_null_name", column->not_null_name);
    note_true(&note, "identity", column->is_identity);
    note_text(&note, "default", column->default_sql);
    note_text(&note, "comment", column->comment);
    note_open(&note, "dropped");
    VEC_EACH (const QuarantineConstraint, dropped, &column->dropped) {
        note_item(&note);
        note_text(&note, "name", dropped->name);
        note_text(&note, "definition", dropped->definition);
        note_true(&note, "index", dropped->is_index);
    }
    note_close(&note);
    note_comment(&note, statements, comment_target(arena, place->table, place->aside));
}

void quarantine_column(Arena *arena, const QuarantineColumn *column, Words *ret_statements)
{
    Words statements = {0};
    ColumnPlace place = column_place(arena, column);
    VEC_EACH (const QuarantineConstraint, dropped, &column->dropped) {
        if (dropped->is_index)
            quarantine_add(arena, &statements, "DROP INDEX %s",
                           quote_qualified(arena, column->schema, dropped->name));
        else
            quarantine_add(arena, &statements, "ALTER TABLE %s DROP CONSTRAINT %s", place.table,
                           quote_name(arena, dropped->name));
    }
    if (!column->is_identity) {
        quarantine_add(arena, &statements, "ALTER TABLE %s ALTER COLUMN %s DROP DEFAULT",
                       place.table, place.name);
        quarantine_add(arena, &statements, "ALTER TABLE %s ALTER COLUMN %s DROP NOT NULL",
                       place.table, place.name);
    }
    quarantine_add(arena, &statements, "ALTER TABLE %s RENAME COLUMN %s TO %s", place.table,
                   place.name, place.aside);
    add_comment(arena, column, &place, &statements);
    *ret_statements = statements;
}

// A CHECK that is proven first, so that SET NOT NULL reads no row under its lock (since 12).
static void not_null_back(Arena *arena, const QuarantineColumn *column, const ColumnPlace *place,
                          QuarantineBack *back)
{
    if (!column->is_not_null || column->is_identity)
        return;
    const char *check = quote_name(
        arena, quarantine_fit(arena, "not_null_",
                              quarantine_column_name(arena, column->name, column->version)));
    const char *expression = arena_printf(arena, "CHECK (%s IS NOT NULL)", place->name);
    quarantine_prove_behind(arena, back, place->table, check, expression);
    if (column->not_null_name)
        quarantine_behind_that(arena, back, "ALTER TABLE %s ADD CONSTRAINT %s NOT NULL %s",
                               place->table, quote_name(arena, column->not_null_name), place->name);
    else
        quarantine_behind_that(arena, back, "ALTER TABLE %s ALTER COLUMN %s SET NOT NULL",
                               place->table, place->name);
    quarantine_behind(arena, back, "ALTER TABLE %s DROP CONSTRAINT %s", place->table, check);
}

static void dropped_back(Arena *arena, const QuarantineConstraint *dropped,
                         const ColumnPlace *place, QuarantineBack *back)
{
    Str definition = str_from(dropped->definition);
    const char *name = quote_name(arena, dropped->name);
    if (!dropped->definition)
        return;
    if (dropped->is_index)
        quarantine_behind(arena, back, "%s", dropped->definition);
    else if (str_starts(definition, STR("CHECK ")) || str_starts(definition, STR("FOREIGN KEY ")))
        quarantine_prove_behind(arena, back, place->table, name, dropped->definition);
    else
        quarantine_behind(arena, back, "ALTER TABLE %s ADD CONSTRAINT %s %s", place->table, name,
                          dropped->definition);
}

void quarantine_column_back(Arena *arena, const QuarantineColumn *column, QuarantineBack *ret_back)
{
    QuarantineBack back = {0};
    Words *statements = &back.statements;
    ColumnPlace place = column_place(arena, column);
    quarantine_add(arena, statements, "ALTER TABLE %s RENAME COLUMN %s TO %s", place.table,
                   place.aside, place.name);
    if (column->default_sql)
        quarantine_add(arena, statements, "ALTER TABLE %s ALTER COLUMN %s SET DEFAULT %s",
                       place.table, place.name, column->default_sql);
    not_null_back(arena, column, &place, &back);
    VEC_EACH (const QuarantineConstraint, dropped, &column->dropped)
        dropped_back(arena, dropped, &place, &back);
    quarantine_add(arena, statements, "COMMENT ON %s IS %s",
                   comment_target(arena, place.table, place.name),
                   column->comment ? quote_literal(arena, column->comment) : "NULL");
    *ret_back = back;
}

void quarantine_change(Arena *arena, const QuarantineChange *change, Words *ret_statements)
{
    Words statements = {0};
    Note note;
    ColumnPlace place =
        place_of(arena, change->schema, change->table, change->name, change->version, change->now);
    quarantine_add(arena, &statements,
                   "ALTER TABLE %s ADD COLUMN %s %s GENERATED ALWAYS AS (%s) STORED", place.table,
                   place.aside, change->type, place.name);
    quarantine_add(arena, &statements, "ALTER TABLE %s ALTER COLUMN %s DROP EXPRESSION",
                   place.table, place.aside);
    note_begin(&note, arena, QUARANTINE_CHANGED, change->version, change->schema, change->name);
    note_text(&note, "type", change->type);
    note_text(&note, "new_type", change->new_type);
    note_text(&note, "using", change->using);
    note_comment(&note, &statements, comment_target(arena, place.table, place.aside));
    *ret_statements = statements;
}

bool quarantine_change_back(Arena *arena, const QuarantineChange *change, Words *ret_statements)
{
    Words statements = {0};
    ColumnPlace place =
        place_of(arena, change->schema, change->table, change->name, change->version, change->now);
    if (change->using)
        return false;
    quarantine_add(arena, &statements, "ALTER TABLE %s ALTER COLUMN %s TYPE %s", place.table,
                   place.name, change->type);
    quarantine_add(arena, &statements,
                   "UPDATE %s SET %s = %s\n"
                   "WHERE %s IS DISTINCT FROM %s\n"
                   "  AND %s IS NOT DISTINCT FROM CAST(CAST(%s AS %s) AS %s)",
                   place.table, place.name, place.aside, place.name, place.aside, place.name,
                   place.aside, change->new_type, change->type);
    quarantine_add(arena, &statements, "ALTER TABLE %s DROP COLUMN %s", place.table, place.aside);
    *ret_statements = statements;
    return true;
}
