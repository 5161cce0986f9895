#include "check/column_add.h"
#include "check/lock/altering.h"
#include "check/lock/partner.h"
#include "check/type_change.h"

#include <string.h>

static const Column *column_of(const Altering *altering, const Node *command)
{
    return altering->relation ? relation_column(altering->relation, node_text(command, "name"))
                              : NULL;
}

// ALTER TABLE ... ADD COLUMN IF NOT EXISTS of one that is there.
static bool is_there(const Altering *altering, const Node *command)
{
    return node_flag(command, "missing_ok") && altering->relation &&
           relation_column(altering->relation, node_text(command, "def.colname"));
}

void locks_add_column(Altering *altering, const Node *command)
{
    Effecting *effecting = altering->effecting;
    ColumnAdd add;
    if (is_there(altering, command))
        return;
    column_add_of(effecting->arena, effecting->model, node_field(command, "def"), &add);
    if (add.is_rewritten)
        altering_rewrites(altering, add.why);
    if (add.is_scanned)
        altering_scans(altering, add.why);
    if (add.builds_index)
        altering_builds(altering, add.why);
    for (size_t i = 0; i < add.foreign.len; i++)
        partner_of_constraint(effecting, add.foreign.items[i], NULL);
}

void locks_drop_column(Altering *altering, const Node *command)
{
    Effecting *effecting = altering->effecting;
    const Relation *relation = altering->relation;
    const char *name = node_text(command, "name");
    if (!relation) {
        altering->reach = REACH_REFERENCED; // perhaps it has a foreign key
        return;
    }
    partners_sequences(effecting, relation, name, LOCK_ACCESS_EXCLUSIVE);
    partners_referenced(effecting, relation, name, NULL, LOCK_ACCESS_EXCLUSIVE);
    if (node_text_is(command, "behavior", "DROP_CASCADE")) {
        partners_referencing(effecting, relation, name, LOCK_ACCESS_EXCLUSIVE);
        partners_views(effecting, relation, name, LOCK_ACCESS_EXCLUSIVE);
    }
}

// A foreign key is made anew with the type of its columns, so both its tables are locked.
void locks_column_type(Altering *altering, const Node *command)
{
    Effecting *effecting = altering->effecting;
    const Relation *relation = altering->relation;
    const char *name = node_text(command, "name");
    TypeChange change;
    type_change_of_command(effecting->arena, effecting->model, relation, command, &change);
    if (change.cost == TYPE_CHANGE_REWRITE || change.cost == TYPE_CHANGE_UNKNOWN)
        altering_rewrites(altering, change.reason);
    else if (change.cost == TYPE_CHANGE_INDEXES)
        altering_builds(altering, change.reason);
    else if (change.cost == TYPE_CHANGE_SCAN)
        altering_scans(altering, change.reason);
    if (relation) {
        partners_referenced(effecting, relation, name, NULL, LOCK_ACCESS_EXCLUSIVE);
        partners_referencing(effecting, relation, name, LOCK_ACCESS_EXCLUSIVE);
    }
}

// NotNullImpliedByRelConstraints()
static bool is_proven(const Relation *relation, const char *column)
{
    VEC_EACH (const Constraint, constraint, &relation->constraints)
        if (constraint->kind == CONSTRAINT_CHECK && constraint->is_valid &&
            constraint->is_enforced && words_have(&constraint->not_null, column))
            return true;
    return false;
}

void locks_set_not_null(Altering *altering, const Node *command)
{
    const Column *column = column_of(altering, command);
    const char *name = node_text(command, "name");
    if (column && (column->is_not_null || is_proven(altering->relation, name)))
        return;
    altering_scans(altering, arena_printf(altering->effecting->arena,
                                          "no valid CHECK proves that %s is not null", name));
}

// 18 has constraints for it, and looks for one before it goes to the children.
void locks_drop_not_null(Altering *altering, const Node *command)
{
    const Column *column = column_of(altering, command);
    bool has_none = column && !column->is_not_null && !column->is_not_null_pending;
    if (has_none && effecting_since(altering->effecting, 18))
        return;
    altering->reach = REACH_TREE;
}

void locks_set_expression(Altering *altering, const Node *command)
{
    const Column *column = column_of(altering, command);
    if (!column || column->generated != 'v')
        altering_rewrites(altering, "a stored generated column is computed for every row");
}

static void own_sequence(Altering *altering, const Node *command, LockMode mode)
{
    if (altering->relation)
        partners_sequences(altering->effecting, altering->relation, node_text(command, "name"),
                           mode);
}

// 17 gives partitions the identity of their parent.
static void reach_identity(Altering *altering)
{
    const Relation *relation = altering->relation;
    if ((!relation || relation->kind == RELATION_PARTITIONED) &&
        effecting_since(altering->effecting, 17))
        altering->reach = REACH_TREE;
}

void locks_identity(Altering *altering, const Node *command)
{
    reach_identity(altering);
    own_sequence(altering, command, LOCK_SHARE_ROW_EXCLUSIVE);
}

void locks_drop_identity(Altering *altering, const Node *command)
{
    reach_identity(altering);
    own_sequence(altering, command, LOCK_ACCESS_EXCLUSIVE);
}
