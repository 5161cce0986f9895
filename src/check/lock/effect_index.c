#include "check/lock/kinds.h"

#include <string.h>

void effect_create_index(Effecting *effecting, const Node *node)
{
    const Node *range = node_field(node, "relation");
    const Relation *relation = relation_of_range(effecting, range);
    bool is_concurrent = node_flag(node, "concurrent");
    bool is_there = node_flag(node, "if_not_exists") && relation &&
                    relation_index(relation, node_text(node, "idxname"));
    bool is_only = !node_flag(range, "inh") && relation && relation->kind == RELATION_PARTITIONED;
    LockMode mode = is_concurrent ? LOCK_SHARE_UPDATE_EXCLUSIVE : LOCK_SHARE;
    effecting->effects->is_concurrent |= is_concurrent;
    Effect *effect = effect_range(effecting, range, lock_partitions(mode, relation));
    if (!is_there && !is_only)
        effect_builds(effect, NULL);
}

static void drop_index(Effecting *effecting, const Node *names, LockMode mode)
{
    const char *schema = node_count(names) > 1 ? node_text(node_first(names), NULL) : NULL;
    Index *index = NULL;
    const Relation *relation = model_index(effecting->model, schema, node_last_text(names), &index);
    if (relation) {
        effect_known(effecting, relation, lock_partitions(mode, relation));
        effect_list(effecting, names, 0, lock_self(mode));
    } else {
        effect_list(effecting, names, 0, lock_tree(mode)); // reaches its table
    }
}

void effect_drop_indexes(Effecting *effecting, const Node *node)
{
    bool is_concurrent = node_flag(node, "concurrent");
    effecting->effects->is_concurrent |= is_concurrent;
    NODE_EACH(names, node_field(node, "objects"))
    drop_index(effecting, names,
               is_concurrent ? LOCK_SHARE_UPDATE_EXCLUSIVE : LOCK_ACCESS_EXCLUSIVE);
}

static void rebuild_index(Effecting *effecting, const Node *range, bool is_concurrent)
{
    Index *index = NULL;
    const Relation *relation = model_index(effecting->model, node_text(range, "schemaname"),
                                           node_text(range, "relname"), &index);
    LockMode mode = is_concurrent ? LOCK_SHARE_UPDATE_EXCLUSIVE : LOCK_ACCESS_EXCLUSIVE;
    if (relation)
        effect_builds(
            effect_known(effecting, relation, lock_self(is_concurrent ? mode : LOCK_SHARE)), NULL);
    // Every query on the table opens its indexes: ACCESS EXCLUSIVE stops readers too.
    effect_range(effecting, range, lock_self(mode));
}

static void rebuild_all(Effecting *effecting, const Node *range, bool is_concurrent)
{
    const Relation *relation = relation_of_range(effecting, range);
    LockMode mode = is_concurrent ? LOCK_SHARE_UPDATE_EXCLUSIVE : LOCK_SHARE;
    effect_builds(effect_range(effecting, range, lock_partitions(mode, relation)), NULL);
    if (!relation)
        return;
    VEC_EACH (const Index, index, &relation->indexes)
        effect_index(effecting, relation, index, is_concurrent ? mode : LOCK_ACCESS_EXCLUSIVE);
}

void effect_reindex(Effecting *effecting, const Node *node)
{
    const Node *range = node_field(node, "relation");
    bool is_concurrent = false;
    NODE_EACH(option, node_field(node, "params"))
    is_concurrent |= node_text_is(option, "defname", "concurrently");
    effecting->effects->is_concurrent |= is_concurrent;
    if (!range) // of a schema, the database, the system catalogs
        effect_unknown(effecting, node);
    else if (node_text_is(node, "kind", "REINDEX_OBJECT_INDEX"))
        rebuild_index(effecting, range, is_concurrent);
    else
        rebuild_all(effecting, range, is_concurrent);
}
