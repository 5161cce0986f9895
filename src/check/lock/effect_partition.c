#include "check/lock/altering.h"
#include "check/lock/partition_proof.h"
#include "check/lock/partner.h"

#include <string.h>

static const char *const LOOKS_FOR_ROWS = "rows of the new partition are looked for in it";

static bool has_index_like(const Relation *table, const Index *wanted)
{
    VEC_EACH (const Index, index, &table->indexes) {
        bool is_same = index->columns.len == wanted->columns.len &&
                       index->is_unique >= wanted->is_unique && !index->is_partial &&
                       !index->has_expression;
        for (size_t i = 0; is_same && i < wanted->columns.len; i++)
            is_same = strcmp(index->columns.items[i], wanted->columns.items[i]) == 0;
        if (is_same)
            return true;
    }
    return false;
}

// A partition has the indexes of its parent: those that it lacks are built.
static const Index *missing_index(const Relation *parent, const Relation *table)
{
    if (!parent || !table)
        return NULL;
    VEC_EACH (const Index, index, &parent->indexes)
        if (!has_index_like(table, index))
            return index;
    return NULL;
}

static bool has_foreign_key(const Relation *parent)
{
    VEC_EACH (const Constraint, constraint, &parent->constraints)
        if (constraint->kind == CONSTRAINT_FOREIGN)
            return true;
    return false;
}

// Of what is attached, every row is tried against the bounds.
static void scan_attached(const Altering *altering, const Node *range, const Node *bound)
{
    Effecting *effecting = altering->effecting;
    const Relation *table = relation_of_range(effecting, range);
    const Relation *parent = altering->relation;
    bool takes_all = node_flag(bound, "is_default") && parent && !parent->is_only_altered &&
                     parent->children.len == 0;
    Effect *effect = effect_range(effecting, range, lock_partitions(LOCK_ACCESS_EXCLUSIVE, table));
    const Index *missing = missing_index(parent, table);
    if (!takes_all && !(table && partition_rows_fit(effecting->arena, table, bound)))
        effect_scans(effect, "no valid CHECK proves that its rows are within the bounds");
    if (missing)
        effect_builds(effect, arena_printf(effecting->arena,
                                           "it has no index like %s of the parent", missing->name));
    if (parent && has_foreign_key(parent)) {
        effect_scans(effect, "the foreign keys of the parent look up every row");
        partners_referenced(effecting, parent, NULL, NULL, LOCK_SHARE_ROW_EXCLUSIVE);
    }
}

void locks_attach(Altering *altering, const Node *command)
{
    Effecting *effecting = altering->effecting;
    const Node *bound = node_field(command, "def.bound");
    const Relation *rest = default_partition(altering->relation, NULL);
    scan_attached(altering, node_field(command, "def.name"), bound);
    if (!rest)
        return;
    bool is_proven = partition_rows_stay_out(effecting->arena, rest, bound);
    Effect *effect = effect_known(effecting, rest, lock_partitions(LOCK_ACCESS_EXCLUSIVE, rest));
    if (!is_proven)
        effect_scans(effect, LOOKS_FOR_ROWS);
}

static bool is_concurrent(const Node *command)
{
    return node_flag(command, "def.concurrent") ||
           node_text_is(command, "subtype", "AT_DetachPartitionFinalize");
}

LockMode locks_detach_mode(const Altering *altering, const Node *command)
{
    return is_concurrent(command) ? LOCK_SHARE_UPDATE_EXCLUSIVE : LOCK_ACCESS_EXCLUSIVE;
}

// 13 locks the partition only for what it has of its parent: triggers and indexes.
static void detach_of_13(Effecting *effecting, const Node *range, const Relation *parent,
                         const Relation *partition)
{
    bool has_triggers = parent && (parent->triggers.len || has_foreign_key(parent));
    effect_range(effecting, range,
                 lock_self(has_triggers ? LOCK_ACCESS_EXCLUSIVE : LOCK_SHARE_UPDATE_EXCLUSIVE));
    if (!partition)
        return;
    VEC_EACH (const Index, index, &partition->indexes)
        if (index->parent)
            effect_index(effecting, partition, index, LOCK_ACCESS_EXCLUSIVE);
}

// CONCURRENTLY takes ACCESS EXCLUSIVE on the partition in its second transaction, when nobody uses
// it as one any more.
void locks_detach(Altering *altering, const Node *command)
{
    Effecting *effecting = altering->effecting;
    const Node *range = node_field(command, "def.name");
    const Relation *partition = relation_of_range(effecting, range);
    const Relation *rest = default_partition(altering->relation, partition);
    effecting->effects->is_concurrent |= is_concurrent(command);
    if (effecting_since(effecting, 14))
        effect_range(effecting, range, lock_self(LOCK_ACCESS_EXCLUSIVE));
    else
        detach_of_13(effecting, range, altering->relation, partition);
    if (rest && !is_concurrent(command))
        effect_known(effecting, rest, lock_self(LOCK_ACCESS_EXCLUSIVE));
}

void locks_inherit(Altering *altering, const Node *command)
{
    effect_range(altering->effecting, node_field(command, "def"),
                 lock_self(LOCK_SHARE_UPDATE_EXCLUSIVE));
}
