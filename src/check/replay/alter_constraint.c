// ALTER TABLE's subcommands for constraints.
#include "check/replay/alter.h"
#include "check/replay/generated_name.h"
#include "check/replay/part.h"

static void note_not_null(Relation *relation, const Constraint *constraint)
{
    for (size_t i = 0; i < relation->children.len; i++) {
        Relation *child = relation->children.items[i];
        Column *column = relation_column(child, constraint->columns.items[0]);
        if (column && constraint->is_valid)
            column->is_not_null = true;
        else if (column && !column->is_not_null)
            column->is_not_null_pending = true;
        note_not_null(child, constraint);
    }
}

void alter_add_constraint(const Alter *alter)
{
    const Node *node = node_field(alter->command, "def");
    Constraint *made = NULL;
    const char *name = node_text(node, "conname");
    if (*name && relation_constraint(alter->relation, name))
        return; // the statement fails
    for (ConstraintPass pass = PASS_CHECK; pass < PASS_END && !made; pass++)
        made = add_constraint(alter->replay, alter->relation, node, NULL, pass, false);
    if (!made || alter->is_only)
        return;
    if (made->kind == CONSTRAINT_NOT_NULL && made->columns.len && !made->is_no_inherit)
        note_not_null(alter->relation, made);
    inherit_by_children(alter->replay, alter->relation);
}

// 18 names every NOT NULL; only those that were said are in the model.
static void drop_unnamed_not_null(const Alter *alter, const char *name)
{
    Relation *relation = alter->relation;
    VEC_EACH (Column, column, &relation->columns) {
        if (!column->is_not_null)
            continue;
        const char *generated =
            generated_name(alter->replay->scratch, relation->name, column->name, "not_null");
        if (strcmp(generated, name) == 0)
            column->is_not_null = false;
    }
}

void alter_drop_constraint(const Alter *alter)
{
    const char *name = node_text(alter->command, "name");
    Constraint *constraint = relation_constraint(alter->relation, name);
    if (!constraint) {
        drop_unnamed_not_null(alter, name);
        return;
    }
    bool is_key = constraint->kind == CONSTRAINT_PRIMARY || constraint->kind == CONSTRAINT_UNIQUE;
    if (is_key && node_text_is(alter->command, "behavior", "DROP_CASCADE")) {
        Words columns = constraint->columns;
        remove_keys_on(alter->replay, alter->relation, &columns);
        constraint = relation_constraint(alter->relation, name); // it may refer to itself
    }
    remove_constraint(alter->replay, alter->relation, constraint);
}

static void validate(const Alter *alter, Relation *relation, const char *name)
{
    Constraint *constraint = relation_constraint(relation, name);
    if (constraint && !constraint->is_valid) {
        constraint->is_valid = true;
        constraint->validated = alter->replay->made;
        Column *column = constraint->kind == CONSTRAINT_NOT_NULL && constraint->columns.len
                             ? relation_column(relation, constraint->columns.items[0])
                             : NULL;
        if (column) {
            column->is_not_null = true;
            column->is_not_null_pending = false;
        }
    }
    for (size_t i = 0; i < relation->children.len; i++)
        validate(alter, relation->children.items[i], name);
}

void alter_validate(const Alter *alter)
{
    validate(alter, alter->relation, node_text(alter->command, "name"));
}

static void change_constraint(const Node *change, Relation *relation, const char *name)
{
    Constraint *constraint = relation_constraint(relation, name);
    if (constraint && node_flag(change, "alterDeferrability"))
        constraint->is_deferrable = node_flag(change, "deferrable");
    if (constraint && node_flag(change, "alterInheritability"))
        constraint->is_no_inherit = node_flag(change, "noinherit");
    if (constraint && node_flag(change, "alterEnforceability")) {
        constraint->is_enforced = node_flag(change, "is_enforced");
        constraint->is_valid = constraint->is_enforced;
    }
    for (size_t i = 0; i < relation->children.len; i++)
        change_constraint(change, relation->children.items[i], name);
}

void alter_constraint(const Alter *alter)
{
    const Node *change = node_field(alter->command, "def");
    change_constraint(change, alter->relation, node_text(change, "conname"));
}
