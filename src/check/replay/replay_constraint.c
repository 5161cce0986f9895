// Constraints as they are made, with the names that PostgreSQL gives to those without one.
#include "check/replay/expression.h"
#include "check/replay/generated_name.h"
#include "check/replay/part.h"
#include "check/replay/rename.h"

static ConstraintPass pass_of(const char *kind)
{
    static const struct {
        const char *kind;
        ConstraintPass pass;
    } KINDS[] = {
        {"CONSTR_NOTNULL", PASS_CHECK},   {"CONSTR_CHECK", PASS_CHECK},
        {"CONSTR_PRIMARY", PASS_PRIMARY}, {"CONSTR_UNIQUE", PASS_UNIQUE},
        {"CONSTR_FOREIGN", PASS_FOREIGN}, {"CONSTR_EXCLUSION", PASS_UNIQUE},
    };
    for (size_t i = 0; i < sizeof KINDS / sizeof *KINDS; i++)
        if (strcmp(kind, KINDS[i].kind) == 0)
            return KINDS[i].pass;
    return PASS_END;
}

static Words column_words(Arena *arena, const Node *names, const char *column)
{
    Words words = {0};
    if (column)
        *vec_append(arena, &words) = column;
    NODE_EACH(name, names)
    *vec_append(arena, &words) = node_text(name, NULL);
    return words;
}

// DEFERRABLE, NOT ENFORCED behind a column's constraint are items of their own in the list.
static void read_attributes(const Node *node, const char *column, Constraint *constraint)
{
    constraint->is_deferrable = node_flag(node, "deferrable");
    constraint->is_no_inherit = node_flag(node, "is_no_inherit");
    if (!column)
        return;
    for (const Node *next = node_next(node); next; next = node_next(next)) {
        const char *kind = node_text(next, "contype");
        if (strncmp(kind, "CONSTR_ATTR_", 12) != 0)
            return;
        if (strcmp(kind, "CONSTR_ATTR_DEFERRABLE") == 0 ||
            strcmp(kind, "CONSTR_ATTR_DEFERRED") == 0)
            constraint->is_deferrable = true;
        else if (strcmp(kind, "CONSTR_ATTR_NOT_ENFORCED") == 0)
            constraint->is_enforced = false;
    }
}

static void read_validity(const Node *node, bool is_new_table, Constraint *constraint)
{
    if (!node_flag(node, "is_enforced"))
        constraint->is_enforced = false;
    constraint->is_valid =
        constraint->is_enforced && (is_new_table || !node_flag(node, "skip_validation"));
}

static Constraint *add_named(const Replay *replay, Relation *relation, ConstraintKind kind,
                             const Node *node, const char *generated)
{
    bool is_named = node_has(node, "conname");
    const char *name = is_named ? keep(replay, node_text(node, "conname")) : generated;
    Constraint *constraint =
        model_add_constraint(replay->model, relation, kind, name, replay->made);
    constraint->is_named = is_named;
    return constraint;
}

static Constraint *add_check(const Replay *replay, Relation *relation, const Node *node,
                             const char *column, bool is_new_table)
{
    const Node *expression = node_field(node, "raw_expr");
    Words columns = expression_columns(replay->scratch, expression);
    const char *generated = NULL;
    if (!node_has(node, "conname"))
        generated = free_constraint_name(replay, relation->schema, relation->name,
                                         columns.len == 1 ? columns.items[0] : NULL, "check");
    Constraint *constraint = add_named(replay, relation, CONSTRAINT_CHECK, node, generated);
    Words proven = expression_proves_not_null(replay->scratch, expression);
    constraint->columns = keep_columns(replay, relation, &columns);
    constraint->not_null = keep_columns(replay, relation, &proven);
    constraint->text = text_in_parens(replay, parsed_offset(replay->parsed, node), STR("check"));
    read_attributes(node, column, constraint);
    read_validity(node, is_new_table, constraint);
    return constraint;
}

// A column's own NOT NULL without a name is a property of the column, nothing more: since 18 it has
// a name too, but to keep all of them would double every model.
static Constraint *add_not_null(const Replay *replay, Relation *relation, const Node *node,
                                const char *column, bool is_new_table)
{
    bool is_pending = node_flag(node, "skip_validation") && !is_new_table;
    if (column && !node_has(node, "conname") && !is_pending)
        return NULL;
    Words columns = column_words(replay->scratch, node_field(node, "keys"), column);
    const char *name = columns.len ? columns.items[0] : "";
    Column *known = relation_column(relation, name);
    if (known && !is_pending)
        known->is_not_null = true;
    else if (known && !known->is_not_null)
        known->is_not_null_pending = true;
    const char *generated = NULL;
    if (!node_has(node, "conname"))
        generated =
            free_constraint_name(replay, relation->schema, relation->name, name, "not_null");
    Constraint *constraint = add_named(replay, relation, CONSTRAINT_NOT_NULL, node, generated);
    constraint->columns = keep_columns(replay, relation, &columns);
    constraint->not_null = constraint->columns;
    constraint->is_no_inherit = node_flag(node, "is_no_inherit");
    constraint->is_valid = !is_pending;
    return constraint;
}

static Constraint *add_foreign(const Replay *replay, Relation *relation, const Node *node,
                               const char *column, bool is_new_table)
{
    Words columns = column_words(replay->scratch, node_field(node, "fk_attrs"), column);
    Words referenced = column_words(replay->scratch, node_field(node, "pk_attrs"), NULL);
    const char *generated = NULL;
    if (!node_has(node, "conname"))
        generated = free_constraint_name(replay, relation->schema, relation->name,
                                         joined_names(replay->scratch, &columns), "fkey");
    Constraint *constraint = add_named(replay, relation, CONSTRAINT_FOREIGN, node, generated);
    const Node *range = node_field(node, "pktable");
    Relation *target = found_relation(replay, range);
    constraint->columns = keep_columns(replay, relation, &columns);
    constraint->referenced_columns = keep_words(replay, &referenced);
    constraint->references_schema = target ? target->schema : new_schema(replay, range);
    constraint->references = target ? target->name : keep(replay, node_text(range, "relname"));
    constraint->on_delete = node_text(node, "fk_del_action")[0];
    if (target)
        note_referrer(replay, target, relation);
    read_attributes(node, column, constraint);
    read_validity(node, is_new_table, constraint);
    return constraint;
}

static void set_not_null(Relation *relation, const Words *columns)
{
    for (size_t i = 0; i < columns->len; i++) {
        Column *column = relation_column(relation, columns->items[i]);
        if (column)
            column->is_not_null = true;
    }
}

// ADD UNIQUE or PRIMARY KEY USING INDEX: the index takes the constraint's name, or gives its own.
static Constraint *add_using_index(const Replay *replay, Relation *relation, const Node *node,
                                   ConstraintKind kind)
{
    Index *index = relation_index(relation, node_text(node, "indexname"));
    Constraint *constraint =
        add_named(replay, relation, kind, node, keep(replay, node_text(node, "indexname")));
    constraint->is_named = true;
    constraint->index = constraint->name;
    read_attributes(node, NULL, constraint);
    if (!index)
        return constraint;
    if (strcmp(index->name, constraint->name) != 0)
        model_rename_index(replay->model, relation, index, constraint->name);
    index->constraint = constraint->name;
    constraint->columns = index->columns;
    if (kind == CONSTRAINT_PRIMARY)
        set_not_null(relation, &constraint->columns);
    return constraint;
}

// id int PRIMARY KEY UNIQUE: PostgreSQL makes one index (transformIndexConstraints).
static Constraint *redundant_with(const Relation *relation, const Words *columns, const Node *node)
{
    VEC_EACH (Constraint, other, &relation->constraints) {
        bool is_other = (other->kind != CONSTRAINT_PRIMARY && other->kind != CONSTRAINT_UNIQUE) ||
                        other->columns.len != columns->len || other->is_inherited ||
                        other->is_deferrable != node_flag(node, "deferrable");
        for (size_t i = 0; !is_other && i < columns->len; i++)
            is_other = strcmp(other->columns.items[i], columns->items[i]) != 0;
        if (!is_other)
            return other;
    }
    return NULL;
}

// And it has the name that either of them was given.
static void take_name(const Replay *replay, Relation *relation, Constraint *constraint,
                      const Node *node)
{
    if (!constraint->is_named && node_has(node, "conname"))
        rename_constraint(replay, relation, constraint->name,
                          keep(replay, node_text(node, "conname")));
}

static const char *index_constraint_name(const Replay *replay, const Relation *relation,
                                         ConstraintKind kind, const Words *parts)
{
    if (kind == CONSTRAINT_PRIMARY)
        return free_relation_name(replay, relation->schema, relation->name, NULL, "pkey", true);
    return free_relation_name(replay, relation->schema, relation->name,
                              joined_names(replay->scratch, parts),
                              kind == CONSTRAINT_EXCLUSION ? "excl" : "key", true);
}

static Constraint *add_with_index(const Replay *replay, Relation *relation, const Node *node,
                                  const char *column, bool is_new_table)
{
    const char *said = node_text(node, "contype");
    ConstraintKind kind = strcmp(said, "CONSTR_PRIMARY") == 0  ? CONSTRAINT_PRIMARY
                          : strcmp(said, "CONSTR_UNIQUE") == 0 ? CONSTRAINT_UNIQUE
                                                               : CONSTRAINT_EXCLUSION;
    if (node_has(node, "indexname"))
        return add_using_index(replay, relation, node, kind);
    Index read = {0};
    Words columns = column_words(replay->scratch, node_field(node, "keys"), column);
    Words parts = columns;
    if (kind == CONSTRAINT_EXCLUSION) {
        parts = read_index_columns(replay, relation, node_field(node, "exclusions"), NULL, &read);
        columns = read.columns;
    }
    NODE_EACH(name, node_field(node, "including"))
    *vec_append(replay->scratch, &parts) = node_text(name, NULL);
    Constraint *same =
        is_new_table && kind == CONSTRAINT_UNIQUE ? redundant_with(relation, &columns, node) : NULL;
    if (same) {
        take_name(replay, relation, same, node);
        return NULL;
    }
    const char *generated = NULL;
    if (!node_has(node, "conname"))
        generated = index_constraint_name(replay, relation, kind, &parts);
    Constraint *constraint = add_named(replay, relation, kind, node, generated);
    constraint->columns = keep_columns(replay, relation, &columns);
    constraint->index = constraint->name;
    read_attributes(node, column, constraint);
    Index *index = model_add_index(replay->model, relation, constraint->name, replay->made);
    index->is_named = constraint->is_named;
    index->is_unique = kind != CONSTRAINT_EXCLUSION;
    index->is_partial = node_has(node, "where_clause");
    index->has_expression = read.has_expression;
    index->nulls_not_distinct = node_flag(node, "nulls_not_distinct");
    if (node_has(node, "access_method"))
        index->method = keep(replay, node_text(node, "access_method"));
    index->columns = constraint->columns;
    index->constraint = constraint->name;
    if (kind == CONSTRAINT_PRIMARY)
        set_not_null(relation, &columns);
    return constraint;
}

Constraint *add_constraint(const Replay *replay, Relation *relation, const Node *node,
                           const char *column, ConstraintPass pass, bool is_new_table)
{
    const char *kind = node_text(node, "contype");
    if (pass_of(kind) != pass || pass == PASS_END)
        return NULL;
    if (strcmp(kind, "CONSTR_CHECK") == 0)
        return add_check(replay, relation, node, column, is_new_table);
    if (strcmp(kind, "CONSTR_NOTNULL") == 0)
        return add_not_null(replay, relation, node, column, is_new_table);
    if (strcmp(kind, "CONSTR_FOREIGN") == 0)
        return add_foreign(replay, relation, node, column, is_new_table);
    return add_with_index(replay, relation, node, column, is_new_table);
}

void add_column_constraints(const Replay *replay, Relation *relation, const Node *definition,
                            const char *column, ConstraintPass pass, bool is_new_table)
{
    NODE_EACH(node, node_field(definition, "constraints"))
    add_constraint(replay, relation, node, column, pass, is_new_table);
}
