#include "check/fix/twin_of.h"

#include "base/text.h"
#include "check/replay/replay.h"
#include "check/rules/proposal.h"
#include "check/rules/verdict.h"
#include "sql/quote.h"

#include <string.h>

#define INDEX_HEAD "migrate_safe_"

enum {
    SQL_BYTES = 64 * 1024
};

static const char *why_not_table(const Judged *judged, const Relation *relation)
{
    if (!relation || !verdict_is_whole(relation))
        return "the files do not show how the table was made, and what hangs on the column";
    if (relation->kind != RELATION_TABLE)
        return "only an ordinary table can have a column that a trigger fills";
    if (relation->parents.len || relation->children.len || relation->parent)
        return "the table has partitions or others that inherit from it, or is one";
    if (judged->session->has_search_path)
        return "the file sets search_path: where the trigger's function would go is not known";
    return NULL;
}

static const char *why_not_column(const Relation *relation, const Column *column,
                                  const char *new_name)
{
    if (!column || !column->type.name || !*column->type.name)
        return "the files do not show the column's type";
    if (column->generated)
        return "nothing can be written to a generated column";
    if (relation_column(relation, new_name))
        return "the table has a column of the new name";
    return NULL;
}

// The same in each evaluation of one transaction, and free of the search path.
static const char *same_twice(const Judged *judged, const Column *column, const Node *value)
{
    Arena *arena = judged->scratch;
    const Node *constant = node_is(value, "TypeCast") ? node_field(value, "arg") : value;
    if (node_is(value, "TypeCast")) {
        ColumnType type = replay_type(arena, node_field(value, "typeName"), NULL);
        if (strcmp(type.name, column->type.name) != 0 || type.is_array != column->type.is_array)
            return NULL;
    }
    if (node_has(constant, "sval"))
        return quote_literal(arena, node_text(constant, "sval.sval"));
    bool is_now = node_is(value, "FuncCall") && node_count(node_field(value, "args")) == 0 &&
                  strcmp(node_last_text(node_field(value, "funcname")), "now") == 0;
    if (is_now || node_is(value, "SQLValueFunction") ||
        (node_is(value, "A_Const") && !node_has(value, "isnull")))
        return column->default_text;
    return NULL;
}

// NULL: there is none, or it is another value each time.
static const char *fallback_of(const Judged *judged, const Column *column)
{
    Err err = {0};
    ParsedStatements parsed = {0};
    if (!column->default_text)
        return NULL;
    const char *select = arena_printf(judged->scratch, "SELECT %s", column->default_text);
    if (!parse_script(judged->scratch, str_from(select), &(SplitOptions){.file = ""}, &parsed,
                      &err) ||
        parsed.len != 1 || !parsed.items[0].node)
        return NULL;
    const Node *target = node_first(node_field(parsed.items[0].node, "targetList"));
    return same_twice(judged, column, node_field(target, "val"));
}

static bool is_null_default(const Column *column)
{
    return column->default_text && str_eq_nocase(str_from(column->default_text), STR("null"));
}

static const char *type_sql(Arena *arena, const Column *column)
{
    const char *type = column_type_text(arena, &column->type);
    return column->collation
               ? arena_printf(arena, "%s COLLATE %s", type, quote_name(arena, column->collation))
               : type;
}

static bool is_behind_others(Fixing *fixing, const Relation *relation, const Twin *twin)
{
    const char *own = twin_trigger(fixing->judged->scratch, twin);
    VEC_EACH (const Trigger, trigger, &relation->triggers)
        if (trigger->is_for_rows && strcmp(trigger->name, own) >= 0 &&
            !twin_is_trigger(trigger->name)) {
            fix_refuse(fixing, "trigger %s fires behind any of ours, and may write the column",
                       trigger->name);
            return false;
        }
    return true;
}

bool twin_of(Fixing *fixing, const Node *range, const char *name, const char *new_name,
             Twin *ret_twin)
{
    const Judged *judged = fixing->judged;
    Arena *arena = judged->scratch;
    const Relation *relation = judged_relation(judged, range);
    const char *why = why_not_table(judged, relation);
    const Column *column = why ? NULL : relation_column(relation, name);
    if (!why)
        why = why_not_column(relation, column, new_name);
    if (why) {
        fix_refuse(fixing, "%s", why);
        return false;
    }
    Twin twin = {.schema = node_text(range, "schemaname"),
                 .table = node_text(range, "relname"),
                 .old_name = name,
                 .new_name = new_name,
                 .type = type_sql(arena, column),
                 .fallback = fallback_of(judged, column)};
    *ret_twin = twin;
    return is_behind_others(fixing, relation, &twin);
}

bool twin_tells_null(Fixing *fixing, const Relation *relation, const Twin *twin)
{
    const Column *column = relation_column(relation, twin->old_name);
    bool has_value = column->has_default || column->is_identity || column->is_serial;
    if (!has_value || twin->fallback || is_null_default(column) || column->is_not_null)
        return true;
    fix_refuse(fixing, "its default is computed each time: NULL written to the new name could not "
                       "be told from nothing written");
    return false;
}

static const char *twin_columns(Arena *arena, const Index *index, const Twin *twin)
{
    TEXT_SCOPED text;
    text_init(&text, SQL_BYTES);
    VEC_EACH (const char *, column, &index->columns) {
        bool is_old = strcmp(*column, twin->old_name) == 0;
        text_printf(&text, "%s%s", text.len ? ", " : "",
                    quote_name(arena, is_old ? twin->new_name : *column));
    }
    return arena_dup(arena, text_str(&text));
}

static const Constraint *constraint_of(const Relation *relation, const Index *index)
{
    return index->constraint ? relation_constraint(relation, index->constraint) : NULL;
}

static bool add_index(Fixing *fixing, const Relation *relation, const Index *index,
                      const Twin *twin, TwinIndexes *indexes)
{
    Arena *arena = fixing->arena;
    if (index->is_partial || index->has_expression || index->has_options) {
        fix_refuse(fixing,
                   "index %s has a condition, an expression or an option that the files are not "
                   "read for: the new name would be without it",
                   index->name);
        return false;
    }
    const char *name =
        twin_own_name(arena, arena_printf(arena, INDEX_HEAD "%s_%s", index->name, twin->new_name));
    if (model_has_relation_name(fixing->judged->model, relation->schema, name)) {
        fix_refuse(fixing, "%s is there already", name);
        return false;
    }
    // One that is tried at the end of a transaction is no index by itself, nor for ON CONFLICT.
    const Constraint *constraint = constraint_of(relation, index);
    bool is_unique = index->is_unique && !(constraint && constraint->is_deferrable);
    *vec_append(arena, &indexes->names) = name;
    *vec_append(arena, &indexes->of) = index;
    const char *rest =
        arena_printf(arena, "%s ON %s USING %s (%s)%s;", quote_name(arena, name),
                     twin_table(arena, twin), index->method, twin_columns(arena, index, twin),
                     index->nulls_not_distinct ? " NULLS NOT DISTINCT" : "");
    const char *create = is_unique ? "CREATE UNIQUE INDEX" : "CREATE INDEX";
    *vec_append(arena, &indexes->builds) = arena_printf(arena, "%s CONCURRENTLY %s", create, rest);
    *vec_append(arena, &indexes->builds_in_transaction) =
        arena_printf(arena, "%s %s", create, rest);
    *vec_append(arena, &indexes->removes) = arena_printf(
        arena, "DROP INDEX CONCURRENTLY IF EXISTS %s;", quote_qualified(arena, twin->schema, name));
    return true;
}

// It goes on through the column that has it, and serves no look-up that is worth another.
static bool is_exclusion(const Relation *relation, const Index *index)
{
    const Constraint *constraint = constraint_of(relation, index);
    return constraint && constraint->kind == CONSTRAINT_EXCLUSION;
}

bool twin_indexes(Fixing *fixing, const Relation *relation, const Twin *twin,
                  TwinIndexes *ret_indexes)
{
    TwinIndexes indexes = {0};
    VEC_EACH (const Index, index, &relation->indexes) {
        bool is_its = words_have(&index->columns, twin->old_name) ||
                      words_have(&index->other_columns, twin->old_name);
        bool is_of_twin = str_starts(str_from(index->name), STR(INDEX_HEAD)); // of another one
        if (is_its && !is_of_twin && !is_exclusion(relation, index) &&
            !add_index(fixing, relation, index, twin, &indexes))
            return false;
    }
    *ret_indexes = indexes;
    return true;
}

void twin_add_fill(Fixing *fixing, const Twin *twin)
{
    Arena *arena = fixing->arena;
    FixStep *step = fix_step(
        fixing, FIX_ROWS, "fill",
        arena_printf(arena,
                     "-- All rows in one statement: each stays locked until it ends. Where the "
                     "table is large, fill\n"
                     "-- it in batches before; what is equal is left.\n"
                     "%s",
                     twin_fill(arena, twin)));
    step->down = "";
}

void twin_add_indexes(Fixing *fixing, const TwinIndexes *indexes)
{
    for (size_t i = 0; i < indexes->names.len; i++) {
        FixStep *step = fix_step(fixing, FIX_ALONE, "index", indexes->builds.items[i]);
        step->retry = indexes->removes.items[i];
        step->down = step->retry;
        step->object = arena_printf(fixing->arena, "index %s", indexes->names.items[i]);
    }
}
