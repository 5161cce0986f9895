#include "check/lock/effecting.h"

#include "sql/quote.h"

#include <string.h>

static Effect *add(Effecting *effecting, const char *relation, const Relation *known,
                   TargetLock lock)
{
    VEC_EACH (Effect, effect, &effecting->effects->items)
        if (strcmp(effect->relation, relation) == 0) {
            if (lock.mode > effect->mode)
                effect->mode = lock.mode;
            if (lock.reach > effect->reach)
                effect->reach = lock.reach;
            return effect;
        }
    Effect *effect = vec_append(effecting->arena, &effecting->effects->items);
    *effect = (Effect){
        .relation = relation,
        .known = known,
        .mode = lock.mode,
        .reach = lock.reach,
        .is_new = known && relation_is_new_in(known, effecting->transaction),
    };
    return effect;
}

Effect *effect_known(Effecting *effecting, const Relation *relation, TargetLock lock)
{
    return add(effecting, quote_qualified(effecting->arena, relation->schema, relation->name),
               relation, lock);
}

Effect *effect_named(Effecting *effecting, const char *schema, const char *name, TargetLock lock)
{
    const Relation *known = model_relation(effecting->model, schema, name);
    Index *index = NULL;
    if (known)
        return effect_known(effecting, known, lock);
    known = model_index(effecting->model, schema, name, &index);
    if (known) // what is called a relation may be an index
        return effect_index(effecting, known, index, lock.mode);
    return add(effecting, quote_qualified(effecting->arena, schema, name), NULL, lock);
}

Effect *effect_index(Effecting *effecting, const Relation *relation, const Index *index,
                     LockMode mode)
{
    Effect *effect =
        add(effecting, quote_qualified(effecting->arena, relation->schema, index->name), NULL,
            lock_self(mode));
    effect->is_new = index->made.transaction && index->made.transaction == effecting->transaction;
    return effect;
}

Effect *effect_range(Effecting *effecting, const Node *range, TargetLock lock)
{
    if (!node_flag(range, "inh") && lock.reach == REACH_TREE)
        lock.reach = REACH_SELF;
    return effect_named(effecting, node_text(range, "schemaname"), node_text(range, "relname"),
                        lock);
}

// The last two of the names that belong to the relation.
static void names_of(const Node *names, int dropped, const char **ret_schema, const char **ret_name)
{
    size_t kept = node_count(names) - (size_t)dropped;
    size_t at = 0;
    *ret_schema = *ret_name = "";
    NODE_EACH(item, names)
    if (at++ < kept) {
        *ret_schema = *ret_name;
        *ret_name = node_text(item, NULL);
    }
}

static bool has_name(const Node *names, int dropped)
{
    return names && node_count(names) > (size_t)dropped;
}

Effect *effect_list(Effecting *effecting, const Node *names, int dropped, TargetLock lock)
{
    static Effect nothing;
    const char *schema;
    const char *name;
    if (!has_name(names, dropped))
        return &nothing;
    names_of(names, dropped, &schema, &name);
    return effect_named(effecting, schema, name, lock);
}

const Relation *relation_of_range(const Effecting *effecting, const Node *range)
{
    return model_relation(effecting->model, node_text(range, "schemaname"),
                          node_text(range, "relname"));
}

const Relation *relation_of_list(const Effecting *effecting, const Node *names, int dropped)
{
    const char *schema;
    const char *name;
    if (!has_name(names, dropped))
        return NULL;
    names_of(names, dropped, &schema, &name);
    return model_relation(effecting->model, schema, name);
}

static void because(Effect *effect, const char *why)
{
    if (!effect->why)
        effect->why = why;
}

void effect_rewrites(Effect *effect, const char *why)
{
    if (!effect->is_rewritten)
        effect->why = why; // before what is only a scan
    effect->is_rewritten = true;
}

void effect_scans(Effect *effect, const char *why)
{
    effect->is_scanned = true;
    because(effect, why);
}

void effect_builds(Effect *effect, const char *why)
{
    effect->builds_index = true;
    because(effect, why);
}

LockReach reach_of_partitions(const Relation *relation)
{
    bool is_plain_table =
        relation && !relation->is_only_altered && relation->kind != RELATION_PARTITIONED;
    return is_plain_table ? REACH_SELF : REACH_TREE;
}

TargetLock lock_self(LockMode mode)
{
    return (TargetLock){mode, REACH_SELF};
}

TargetLock lock_tree(LockMode mode)
{
    return (TargetLock){mode, REACH_TREE};
}

TargetLock lock_partitions(LockMode mode, const Relation *relation)
{
    return (TargetLock){mode, reach_of_partitions(relation)};
}

bool effecting_since(Effecting *effecting, int pg)
{
    effecting->effects->depends_on_version = true;
    return effecting->pg >= pg;
}
