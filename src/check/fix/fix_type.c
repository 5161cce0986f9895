// Changes of type that would rewrite the table: a column of the new type beside the old one, kept
// equal by a trigger, filled and indexed while everybody works, and put in its place at the end.
//
// Only where each value goes to the new type and back unchanged, so that what is dropped is a copy,
// and only where all that the column has can be given to the new one. It then stands behind the
// others: PostgreSQL has no way to give a column another place.
#include "check/fix/fix.h"
#include "check/fix/twin_of.h"
#include "check/replay/replay.h"
#include "check/rules/column_subject.h"
#include "sql/quote.h"

#include <string.h>

typedef struct TypeFix {
    Fixing *fixing;
    ColumnSubject subject;
    Twin twin;
    TwinIndexes indexes;
    const char *check;    // a name: of the proof that the new column has no NULL; NULL: it may have
    const char *sequence; // SQL, of a serial column; NULL: none
    const char *table, *old_name, *new_name; // SQL
} TypeFix;

static bool is_there_and_back(const ColumnType *from, const ColumnType *to)
{
    static const char *const PAIRS[][2] = {
        {"int2", "int4"}, {"int2", "int8"}, {"int4", "int8"}, {"float4", "float8"}};
    for (size_t i = 0; i < sizeof PAIRS / sizeof *PAIRS; i++)
        if (strcmp(from->name, PAIRS[i][0]) == 0 && strcmp(to->name, PAIRS[i][1]) == 0)
            return !from->is_array && !to->is_array;
    return false;
}

static bool is_referenced(const Relation *relation, const char *column)
{
    const Constraint *primary = relation_primary_key(relation);
    VEC_EACH (Relation *, referrer, &relation->referrers)
        VEC_EACH (const Constraint, constraint, &(*referrer)->constraints) {
            if (constraint->kind != CONSTRAINT_FOREIGN || !constraint->references ||
                strcmp(constraint->references, relation->name) != 0)
                continue;
            const Words *columns = &constraint->referenced_columns;
            if (!columns->len && primary)
                columns = &primary->columns;
            if (words_have(columns, column))
                return true;
        }
    return false;
}

static const char *why_not_constraint(const Relation *relation, const char *column)
{
    VEC_EACH (const Constraint, constraint, &relation->constraints) {
        if (!words_have(&constraint->columns, column) || constraint->kind == CONSTRAINT_NOT_NULL)
            continue;
        if (constraint->kind != CONSTRAINT_UNIQUE && constraint->kind != CONSTRAINT_PRIMARY)
            return "a CHECK, foreign key or exclusion of the column would have to be made again, "
                   "and is not known to the last word";
        if (constraint->is_deferrable)
            return "a key of the column is deferrable";
    }
    return is_referenced(relation, column) ? "a foreign key of another table points to the column"
                                           : NULL;
}

static const char *why_not(const TypeFix *fix)
{
    const ColumnSubject *subject = &fix->subject;
    const Column *column = subject->column;
    ColumnReaders readers = {0};
    if (!column || !subject->is_known)
        return "the files do not show how the table was made, and what hangs on the column";
    ColumnType to =
        replay_type(subject->judged->scratch, node_field(subject->definition, "typeName"), NULL);
    if (node_has(subject->definition, "raw_default") || !is_there_and_back(&column->type, &to))
        return "values are not known to come back from the new type as they were";
    if (column->is_identity)
        return "the column is an identity, whose sequence would have to change with it";
    if (column->has_default && !column->default_text && !column->is_serial)
        return "the files do not show its default";
    if (subject->relation->replica_identity == 'i')
        return "the table's replica identity may be an index of the column";
    column_readers(subject, column, &readers);
    if (readers.len)
        return "a view reads the column";
    return why_not_constraint(subject->relation, column->name);
}

static const char *sequence_of(const Judged *judged, const Relation *relation, const char *column)
{
    VEC_EACH (Relation *, each, &judged->model->relations) {
        const Relation *sequence = *each;
        if (sequence->kind == RELATION_SEQUENCE && sequence->owner_column &&
            strcmp(sequence->owner_column, column) == 0 &&
            strcmp(sequence->owner_table, relation->name) == 0 &&
            strcmp(sequence->owner_schema, relation->schema) == 0)
            return sequence->name;
    }
    return NULL;
}

static bool look(Fixing *fixing, TypeFix *fix)
{
    const Judged *judged = fixing->judged;
    Arena *arena = fixing->arena;
    *fix = (TypeFix){.fixing = fixing};
    if (!column_subject(judged, &fix->subject))
        return false;
    const char *why = why_not(fix);
    if (why) {
        fix_refuse(fixing, "%s", why);
        return false;
    }
    const Relation *relation = fix->subject.relation;
    const Column *column = fix->subject.column;
    const char *shadow =
        twin_own_name(arena, arena_printf(arena, "migrate_safe_%s", fix->subject.name));
    Twin *twin = &fix->twin;
    if (!twin_of(fixing, fix->subject.range, fix->subject.name, shadow, twin) ||
        !twin_indexes(fixing, relation, twin, &fix->indexes))
        return false;
    twin->type = twin->cast_type =
        column_type_words(&fix->subject, node_field(fix->subject.definition, "typeName"));
    twin->fallback = NULL;
    fix->table = twin_table(arena, twin);
    fix->old_name = quote_name(arena, twin->old_name);
    fix->new_name = quote_name(arena, twin->new_name);
    if (column->is_not_null)
        fix->check = twin_own_name(
            arena, arena_printf(arena, "%s_%s_is_not_null", twin->table, twin->new_name));
    const char *sequence = sequence_of(judged, relation, column->name);
    if (column->is_serial && !sequence)
        fix_refuse(fixing, "the files do not show the sequence of its default");
    if (sequence)
        fix->sequence = quote_qualified(arena, twin->schema, sequence);
    return !fixing->fix->refused;
}

static const char *expand_sql(const TypeFix *fix)
{
    Arena *arena = fix->fixing->arena;
    const char *make = twin_make(arena, &fix->twin);
    if (!fix->check)
        return make;
    return arena_printf(arena,
                        "%s\nALTER TABLE %s ADD CONSTRAINT %s CHECK (%s IS NOT NULL) NOT VALID;",
                        make, fix->table, quote_name(arena, fix->check), fix->new_name);
}

static void add_expand(TypeFix *fix)
{
    Arena *arena = fix->fixing->arena;
    FixStep *step = fix_step(fix->fixing, FIX_HERE, "expand", expand_sql(fix));
    step->down = twin_drop(arena, &fix->twin); // the CHECK goes with its column
    step->object = arena_printf(arena, "type %s.%s", fix->twin.table, fix->twin.old_name);
}

static void add_proof(TypeFix *fix)
{
    Arena *arena = fix->fixing->arena;
    if (!fix->check)
        return;
    FixStep *step = fix_step(fix->fixing, FIX_LONG, "validate",
                             arena_printf(arena, "ALTER TABLE %s VALIDATE CONSTRAINT %s;",
                                          fix->table, quote_name(arena, fix->check)));
    step->down = "";
}

static const char *constraint_kind(const TypeFix *fix, const Index *index)
{
    const Constraint *constraint =
        index->constraint ? relation_constraint(fix->subject.relation, index->constraint) : NULL;
    if (!constraint)
        return NULL;
    return constraint->kind == CONSTRAINT_PRIMARY ? "PRIMARY KEY" : "UNIQUE";
}

// The new column's indexes get the names of those that went with the old one.
static const char *take_indexes(const TypeFix *fix)
{
    Arena *arena = fix->fixing->arena;
    const char *sql = "";
    for (size_t i = 0; i < fix->indexes.of.len; i++) {
        const Index *index = fix->indexes.of.items[i];
        const char *own = fix->indexes.names.items[i];
        const char *kind = constraint_kind(fix, index);
        if (kind)
            sql = arena_printf(arena, "%s\nALTER TABLE %s ADD CONSTRAINT %s %s USING INDEX %s;",
                               sql, fix->table, quote_name(arena, index->constraint), kind,
                               quote_name(arena, own));
        else
            sql = arena_printf(arena, "%s\nALTER INDEX %s RENAME TO %s;", sql,
                               quote_qualified(arena, fix->twin.schema, own),
                               quote_name(arena, index->name));
    }
    return sql;
}

static Words known_of(const TypeFix *fix)
{
    Words known = {0};
    VEC_EACH (const Index *, index, &fix->indexes.of)
        *vec_append(fix->fixing->arena, &known) = (*index)->name;
    return known;
}

// What stays behind the swap is said of the new column under the old name, as PostgreSQL names it.
static const char *take_rest(const TypeFix *fix)
{
    Arena *arena = fix->fixing->arena;
    const Column *column = fix->subject.column;
    const char *sql = "";
    if (fix->check)
        sql = arena_printf(arena,
                           "\nALTER TABLE %1$s ALTER COLUMN %2$s SET NOT NULL;\n"
                           "ALTER TABLE %1$s DROP CONSTRAINT %3$s;",
                           fix->table, fix->old_name, quote_name(arena, fix->check));
    const char *value = column->default_text;
    if (column->is_serial)
        value = arena_printf(arena, "nextval(%s)", quote_literal(arena, fix->sequence));
    if (value)
        sql = arena_printf(arena, "%s\nALTER TABLE %s ALTER COLUMN %s SET DEFAULT %s;", sql,
                           fix->table, fix->old_name, value);
    return arena_printf(arena, "%s%s", sql, take_indexes(fix));
}

static const char *contract_sql(const TypeFix *fix)
{
    Arena *arena = fix->fixing->arena;
    Words known = known_of(fix);
    const char *owned = fix->sequence ? arena_printf(arena, "ALTER SEQUENCE %s OWNED BY %s.%s;\n",
                                                     fix->sequence, fix->table, fix->new_name)
                                      : "";
    return arena_printf(
        arena,
        "-- Contract: not before every application that runs takes %1$s for %3$s. Deploy it, then "
        "run this.\n"
        "-- %3$s comes to stand behind the other columns: INSERT without a list of columns means "
        "others then.\n"
        "%5$s\n"
        "%6$s%7$s\n"
        "-- migrate-safe: ignore drop-column: a copy, whose values are in the other\n"
        "-- migrate-safe: ignore drop-column-indexed-unique: the other has the same indexes\n"
        "ALTER TABLE %2$s DROP COLUMN %3$s;\n"
        "-- migrate-safe: ignore rename-column: in the place of the one that went\n"
        "ALTER TABLE %2$s RENAME COLUMN %4$s TO %3$s;%8$s",
        fix->twin.cast_type, fix->table, fix->old_name, fix->new_name,
        twin_part_drop(arena, &fix->twin), owned,
        twin_guard(arena, &fix->twin, fix->twin.old_name, &known), take_rest(fix));
}

// The rows are written anew while nobody works: no other way leaves the column where it is.
static const char *contract_down(const TypeFix *fix)
{
    Arena *arena = fix->fixing->arena;
    const char *old_type = column_type_text(arena, &fix->subject.column->type);
    const char *sql = arena_printf(
        arena,
        "ALTER TABLE %s ALTER COLUMN %s TYPE %s; -- fails where a value does not fit\n%s\n%s",
        fix->table, fix->old_name, old_type, expand_sql(fix), twin_fill(arena, &fix->twin));
    if (fix->check)
        sql = arena_printf(arena, "%s\nALTER TABLE %s VALIDATE CONSTRAINT %s;", sql, fix->table,
                           quote_name(arena, fix->check));
    VEC_EACH (const char *, build, &fix->indexes.builds_in_transaction)
        sql = arena_printf(arena, "%s\n%s", sql, *build);
    return sql;
}

static void make_type(Fixing *fixing)
{
    TypeFix fix;
    if (!look(fixing, &fix))
        return;
    add_expand(&fix);
    twin_add_fill(fixing, &fix.twin);
    twin_add_indexes(fixing, &fix.indexes);
    add_proof(&fix);
    FixStep *contract = fix_step(fixing, FIX_CONTRACT, "contract", contract_sql(&fix));
    contract->down = contract_down(&fix);
    fix_name(fixing, fix.twin.table);
    fix_contract_name(fixing, fix.twin.old_name);
}

const FixRule FIXES_TYPE[] = {
    {"alter-type-rewrite", make_type},
    {NULL, NULL},
};
