#include "check/lock/altering.h"
#include "check/lock/partner.h"

#include <string.h>

static bool is_kind(const Node *constraint, const char *kind)
{
    return node_text_is(constraint, "contype", kind);
}

static const Constraint *constraint_of(const Altering *altering, const char *name)
{
    return altering->relation ? relation_constraint(altering->relation, name) : NULL;
}

LockMode locks_constraint_mode(const Altering *altering, const Node *command)
{
    return is_kind(node_field(command, "def"), "CONSTR_FOREIGN") ? LOCK_SHARE_ROW_EXCLUSIVE
                                                                 : LOCK_ACCESS_EXCLUSIVE;
}

static void raise_reach(Altering *altering, LockReach reach)
{
    if (reach > altering->reach)
        altering->reach = reach;
}

static bool is_proven_not_null(const Relation *relation, const char *name)
{
    const Column *column = relation_column(relation, name);
    if (column && column->is_not_null)
        return true;
    VEC_EACH (const Constraint, constraint, &relation->constraints)
        if (constraint->kind == CONSTRAINT_CHECK && constraint->is_valid &&
            constraint->is_enforced && words_have(&constraint->not_null, name))
            return true;
    return false;
}

// Locked, and nothing more: what is done to the table is not done to them.
static void lock_children(Altering *altering)
{
    const Relation *relation = altering->relation;
    bool is_alone = !node_flag(altering->range, "inh");
    for (size_t i = 0; relation && !is_alone && i < relation->children.len; i++)
        effect_known(altering->effecting, relation->children.items[i],
                     lock_tree(LOCK_ACCESS_EXCLUSIVE));
}

static void add_check(Altering *altering, const Node *constraint)
{
    if (!node_flag(constraint, "is_no_inherit"))
        raise_reach(altering, REACH_TREE);
    else if (effecting_since(altering->effecting, 18))
        lock_children(altering);
    if (!node_flag(constraint, "skip_validation") && node_flag(constraint, "is_enforced"))
        altering_scans(altering, "the CHECK is tried on every row");
}

static void add_not_null(Altering *altering, const Node *constraint)
{
    const char *column = node_text(node_first(node_field(constraint, "keys")), NULL);
    raise_reach(altering, REACH_TREE);
    if (node_flag(constraint, "skip_validation") ||
        (altering->relation && is_proven_not_null(altering->relation, column)))
        return;
    altering_scans(altering, arena_printf(altering->effecting->arena,
                                          "no valid CHECK proves that %s is not null", column));
}

static void add_foreign(Altering *altering, const Node *constraint)
{
    raise_reach(altering, reach_of_partitions(altering->relation));
    partner_of_constraint(altering->effecting, constraint, NULL);
    if (!node_flag(constraint, "skip_validation"))
        altering_scans(altering, "the foreign key looks up every row");
}

// PRIMARY KEY USING INDEX: the rows are read when a column is not known to have no NULL.
static void add_primary_by_index(Altering *altering, const Node *constraint)
{
    const Relation *relation = altering->relation;
    const Index *index =
        relation ? relation_index(relation, node_text(constraint, "indexname")) : NULL;
    bool is_proven = index != NULL;
    for (size_t i = 0; index && i < index->columns.len; i++)
        is_proven &= is_proven_not_null(relation, index->columns.items[i]);
    if (!is_proven)
        altering_scans(altering, "the columns of a primary key are made NOT NULL, which no valid "
                                 "CHECK proves");
}

static void add_unique(Altering *altering, const Node *constraint)
{
    bool is_primary = is_kind(constraint, "CONSTR_PRIMARY");
    // The columns of a primary key become NOT NULL in the children too.
    LockReach partitions = reach_of_partitions(altering->relation);
    raise_reach(altering, is_primary ? REACH_TREE : partitions);
    if (!is_primary && partitions == REACH_SELF && effecting_since(altering->effecting, 18))
        lock_children(altering);
    if (!node_has(constraint, "indexname"))
        altering_builds(altering, is_primary ? "PRIMARY KEY builds an index over all rows"
                                  : is_kind(constraint, "CONSTR_EXCLUSION")
                                      ? "EXCLUDE builds an index over all rows"
                                      : "UNIQUE builds an index over all rows");
    else if (is_primary)
        add_primary_by_index(altering, constraint);
}

void locks_add_constraint(Altering *altering, const Node *command)
{
    const Node *constraint = node_field(command, "def");
    if (is_kind(constraint, "CONSTR_CHECK"))
        add_check(altering, constraint);
    else if (is_kind(constraint, "CONSTR_NOTNULL"))
        add_not_null(altering, constraint);
    else if (is_kind(constraint, "CONSTR_FOREIGN"))
        add_foreign(altering, constraint);
    else
        add_unique(altering, constraint);
}

void locks_validate(Altering *altering, const Node *command)
{
    const Constraint *constraint = constraint_of(altering, node_text(command, "name"));
    if (constraint && constraint->is_valid)
        return;
    altering_scans(altering, "the constraint is tried on every row");
    if (constraint && constraint->kind == CONSTRAINT_FOREIGN)
        partners_referenced(altering->effecting, altering->relation, NULL, constraint->name,
                            LOCK_ROW_SHARE);
}

void locks_drop_constraint(Altering *altering, const Node *command)
{
    Effecting *effecting = altering->effecting;
    const Relation *relation = altering->relation;
    const Constraint *constraint = constraint_of(altering, node_text(command, "name"));
    if (!constraint) {
        // perhaps a foreign key; one that is looked for in vain locks nothing else
        bool is_known = relation && !relation->is_only_altered;
        raise_reach(altering, is_known ? REACH_SELF : REACH_REFERENCED);
        return;
    }
    if (constraint->kind == CONSTRAINT_FOREIGN) {
        raise_reach(altering, reach_of_partitions(relation));
        partners_referenced(effecting, relation, NULL, constraint->name, LOCK_ACCESS_EXCLUSIVE);
        return;
    }
    raise_reach(altering, REACH_TREE);
    if (node_text_is(command, "behavior", "DROP_CASCADE") && constraint->columns.len &&
        constraint->kind != CONSTRAINT_CHECK)
        partners_referencing(effecting, relation, constraint->columns.items[0],
                             LOCK_ACCESS_EXCLUSIVE);
}

// ENFORCED (18) tries every row; NOT ENFORCED takes the triggers from both tables.
void locks_change_constraint(Altering *altering, const Node *command)
{
    const Node *change = node_field(command, "def");
    const Constraint *constraint = constraint_of(altering, node_text(change, "conname"));
    bool becomes_enforced = node_flag(change, "is_enforced");
    if (!node_flag(change, "alterEnforceability") ||
        (constraint && constraint->is_enforced == becomes_enforced))
        return;
    if (becomes_enforced)
        altering_scans(altering, "the constraint is tried on every row");
    if (constraint && constraint->kind == CONSTRAINT_FOREIGN)
        partners_referenced(altering->effecting, altering->relation, NULL, constraint->name,
                            becomes_enforced ? LOCK_SHARE_ROW_EXCLUSIVE : LOCK_ACCESS_EXCLUSIVE);
    else if (!constraint)
        raise_reach(altering, REACH_REFERENCED);
}
