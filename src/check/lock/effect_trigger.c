#include "check/lock/kinds.h"

#include <string.h>

// A trigger for each row of a partitioned table is one on every partition.
void effect_create_trigger(Effecting *effecting, const Node *node)
{
    const Node *range = node_field(node, "relation");
    const Relation *relation = relation_of_range(effecting, range);
    effect_range(effecting, range,
                 node_flag(node, "row") ? lock_partitions(LOCK_SHARE_ROW_EXCLUSIVE, relation)
                                        : lock_self(LOCK_SHARE_ROW_EXCLUSIVE));
}

void effect_create_rule(Effecting *effecting, const Node *node)
{
    effect_range(effecting, node_field(node, "relation"), lock_self(LOCK_ACCESS_EXCLUSIVE));
}

void effect_create_policy(Effecting *effecting, const Node *node)
{
    effect_range(effecting, node_field(node, "table"), lock_self(LOCK_ACCESS_EXCLUSIVE));
}

void effect_alter_policy(Effecting *effecting, const Node *node)
{
    effect_create_policy(effecting, node);
}

// IF EXISTS of a trigger that is not there locks nothing.
static bool is_nothing(const Relation *relation, const char *trigger)
{
    if (!relation || relation->is_only_altered)
        return false;
    VEC_EACH (const Trigger, known, &relation->triggers)
        if (strcmp(known->name, trigger) == 0)
            return false;
    return true;
}

// DROP TRIGGER, RULE, POLICY name ON table: the name is the last of the list.
void effect_drop_on_table(Effecting *effecting, const Node *node)
{
    bool is_trigger = node_text_is(node, "removeType", "OBJECT_TRIGGER");
    NODE_EACH(names, node_field(node, "objects"))
    {
        const Relation *relation = relation_of_list(effecting, names, 1);
        if (is_trigger && node_flag(node, "missing_ok") &&
            is_nothing(relation, node_last_text(names)))
            continue;
        effect_list(effecting, names, 1,
                    is_trigger ? lock_partitions(LOCK_ACCESS_EXCLUSIVE, relation)
                               : lock_self(LOCK_ACCESS_EXCLUSIVE));
    }
}

void effect_rename_on_table(Effecting *effecting, const Node *node)
{
    const Node *range = node_field(node, "relation");
    const Relation *relation = relation_of_range(effecting, range);
    bool is_trigger = node_text_is(node, "renameType", "OBJECT_TRIGGER");
    bool reaches =
        is_trigger && reach_of_partitions(relation) != REACH_SELF && effecting_since(effecting, 15);
    effect_range(effecting, range,
                 reaches ? lock_tree(LOCK_ACCESS_EXCLUSIVE) : lock_self(LOCK_ACCESS_EXCLUSIVE));
}
