#include "check/lock/kinds.h"
#include "check/lock/partner.h"

#include <string.h>

void effect_create_view(Effecting *effecting, const Node *node)
{
    const Node *range = node_field(node, "view");
    // of a view that is not there it makes a new one; whether it is, nobody knows who saw neither
    if (node_flag(node, "replace") && relation_of_range(effecting, range))
        effect_range(effecting, range, lock_self(LOCK_ACCESS_EXCLUSIVE));
}

void effect_refresh(Effecting *effecting, const Node *node)
{
    const Node *range = node_field(node, "relation");
    bool is_concurrent = node_flag(node, "concurrent");
    Effect *effect = effect_range(
        effecting, range, lock_self(is_concurrent ? LOCK_EXCLUSIVE : LOCK_ACCESS_EXCLUSIVE));
    if (is_concurrent)
        effect_scans(effect, "the new rows are compared with the old ones");
    else
        effect_rewrites(effect, "the query's result is written anew");
}

void effect_alter_sequence(Effecting *effecting, const Node *node)
{
    effect_range(effecting, node_field(node, "sequence"), lock_self(LOCK_SHARE_ROW_EXCLUSIVE));
}
