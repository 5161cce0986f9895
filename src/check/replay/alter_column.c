// ALTER TABLE's subcommands for columns.
#include "check/replay/alter.h"
#include "check/replay/expression.h"
#include "check/replay/generated_name.h"
#include "check/replay/part.h"

static void to_children(const Replay *replay, const Relation *relation, const Column *column)
{
    for (size_t i = 0; i < relation->children.len; i++) {
        Relation *child = relation->children.items[i];
        if (relation_column(child, column->name))
            continue; // the child's own, which now is the parent's too
        Column *copy = copy_column(replay, child, column);
        copy->is_inherited = true;
        copy->is_serial = false;
        copy->is_identity = false;
        to_children(replay, child, copy);
    }
}

void alter_add_column(const Alter *alter)
{
    const Replay *replay = alter->replay;
    Relation *relation = alter->relation;
    const Node *definition = node_field(alter->command, "def");
    if (relation_column(relation, node_text(definition, "colname")))
        return; // IF NOT EXISTS, or the statement fails
    if (relation->columns.len + (size_t)relation->dropped_columns >= RELATION_COLUMNS_MOST)
        return; // it fails
    Column read = {.type = {.schema = "", .name = ""}};
    read_column(replay, relation, definition, &read);
    *append_tight(replay->model->arena, &relation->columns) = read;
    to_children(replay, relation, &read);
    for (ConstraintPass pass = PASS_CHECK; pass < PASS_END; pass++)
        add_column_constraints(replay, relation, definition, read.name, pass, false);
    inherit_by_children(replay, relation);
}

void alter_drop_column(const Alter *alter)
{
    const char *name = node_text(alter->command, "name");
    for (size_t i = 0; alter->is_only && i < alter->relation->children.len; i++) {
        Column *column = relation_column(alter->relation->children.items[i], name);
        if (column)
            column->is_inherited = false;
    }
    remove_column(alter->replay, alter->relation, name);
}

typedef void (*ColumnChange)(const Alter *alter, Relation *relation, Column *column);

// For the column here and, but for ONLY, below.
static void change(const Alter *alter, Relation *relation, ColumnChange apply)
{
    Column *column = relation_column(relation, node_text(alter->command, "name"));
    if (column)
        apply(alter, relation, column);
    for (size_t i = 0; !alter->is_only && i < relation->children.len; i++)
        change(alter, relation->children.items[i], apply);
}

static void set_type(const Alter *alter, Relation *relation, Column *column)
{
    const Node *definition = node_field(alter->command, "def");
    const Node *collation = node_field(definition, "collClause.collname");
    column->type = resolved_type(alter->replay, node_field(definition, "typeName"), relation, NULL);
    column->collation =
        collation ? keep(alter->replay, node_dotted(alter->replay->scratch, collation)) : NULL;
}

void alter_type(const Alter *alter)
{
    change(alter, alter->relation, set_type);
}

static void set_default(const Alter *alter, Relation *relation, Column *column)
{
    const Node *expression = node_field(alter->command, "def");
    column->has_default = expression && !node_flag(expression, "isnull");
    column->default_text =
        column->has_default ? alter_default_text(alter->replay, expression) : NULL;
}

void alter_default(const Alter *alter)
{
    change(alter, alter->relation, set_default);
}

static void set_not_null(const Alter *alter, Relation *relation, Column *column)
{
    column->is_not_null = true;
    column->is_not_null_pending = false;
    VEC_EACH (Constraint, constraint, &relation->constraints)
        if (constraint->kind == CONSTRAINT_NOT_NULL && !constraint->is_valid &&
            words_have(&constraint->columns, column->name)) {
            constraint->is_valid = true;
            constraint->validated = alter->replay->made;
        }
}

void alter_set_not_null(const Alter *alter)
{
    change(alter, alter->relation, set_not_null);
}

static void drop_not_null(const Alter *alter, Relation *relation, Column *column)
{
    column->is_not_null = false;
    column->is_not_null_pending = false;
    for (size_t i = relation->constraints.len; i > 0; i--) {
        Constraint *constraint = &relation->constraints.items[i - 1];
        if (constraint->kind == CONSTRAINT_NOT_NULL &&
            words_have(&constraint->columns, column->name))
            model_drop_constraint(alter->replay->model, relation, constraint);
    }
}

void alter_drop_not_null(const Alter *alter)
{
    change(alter, alter->relation, drop_not_null);
}

void alter_add_identity(const Alter *alter)
{
    Column *column = relation_column(alter->relation, node_text(alter->command, "name"));
    if (!column || column->is_identity)
        return;
    column->is_identity = true;
    add_owned_sequence(alter->replay, alter->relation, column->name);
}

void alter_drop_identity(const Alter *alter)
{
    const Replay *replay = alter->replay;
    Relation *relation = alter->relation;
    Column *column = relation_column(relation, node_text(alter->command, "name"));
    if (!column || !column->is_identity)
        return;
    column->is_identity = false;
    for (size_t i = 0; i < relation->referrers.len; i++) {
        Relation *sequence = relation->referrers.items[i];
        if (sequence->kind == RELATION_SEQUENCE && sequence->owner_column &&
            strcmp(sequence->owner_column, column->name) == 0 &&
            model_relation(replay->model, sequence->schema, sequence->name) == sequence)
            remove_relation(replay, sequence);
    }
}

static void set_expression(const Alter *alter, Relation *relation, Column *column)
{
    column->default_text = set_expression_text(alter->replay, node_field(alter->command, "def"));
}

void alter_set_expression(const Alter *alter)
{
    change(alter, alter->relation, set_expression);
}

static void drop_expression(const Alter *alter, Relation *relation, Column *column)
{
    column->generated = 0;
    column->default_text = NULL;
}

void alter_drop_expression(const Alter *alter)
{
    change(alter, alter->relation, drop_expression);
}
