#include "check/lock/altering.h"
#include "check/lock/partition_proof.h"
#include "check/lock/partner.h"

static const char *const LOOKS_FOR_ROWS = "rows of the new partition are looked for in it";

// Of what is attached, every row is tried against the bounds.
static void scan_attached(const Altering *altering, const Node *range, const Node *bound)
{
    Effecting *effecting = altering->effecting;
    const Relation *table = relation_of_range(effecting, range);
    const Relation *parent = altering->relation;
    bool takes_all = node_flag(bound, "is_default") && parent && !parent->is_only_altered &&
                     parent->children.len == 0;
    Effect *effect = effect_range(effecting, range, lock_partitions(LOCK_ACCESS_EXCLUSIVE, table));
    if (!takes_all && !(table && partition_rows_fit(effecting->arena, table, bound)))
        effect_scans(effect, "no valid CHECK proves that its rows are within the bounds");
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

// CONCURRENTLY takes ACCESS EXCLUSIVE on the partition in its second transaction, when nobody uses
// it as one any more.
void locks_detach(Altering *altering, const Node *command)
{
    Effecting *effecting = altering->effecting;
    const Node *range = node_field(command, "def.name");
    const Relation *partition = relation_of_range(effecting, range);
    const Relation *rest = default_partition(altering->relation, partition);
    LockMode mode =
        effecting_since(effecting, 14) ? LOCK_ACCESS_EXCLUSIVE : LOCK_SHARE_UPDATE_EXCLUSIVE;
    effecting->effects->is_concurrent |= is_concurrent(command);
    effect_range(effecting, range, lock_self(mode));
    if (rest && !is_concurrent(command))
        effect_known(effecting, rest, lock_self(LOCK_ACCESS_EXCLUSIVE));
}

void locks_inherit(Altering *altering, const Node *command)
{
    effect_range(altering->effecting, node_field(command, "def"),
                 lock_self(LOCK_SHARE_UPDATE_EXCLUSIVE));
}
