#include "check/lock/effecting.h"

#include "sql/quote.h"

#include <string.h>

// A table that is known whole, and has no children, reaches nothing. Partitions may be made by
// others than the files.
static LockReach reach_of(const Relation *known, LockReach reach)
{
    bool is_alone = known && !known->is_only_altered && known->kind != RELATION_PARTITIONED &&
                    known->children.len == 0;
    return is_alone && reach == REACH_TREE ? REACH_SELF : reach;
}

static Effect *add(Effecting *effecting, const char *relation, const Relation *known,
                   TargetLock lock)
{
    lock.reach = reach_of(known, lock.reach);
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
    Arena *arena = effecting->arena;
    Effect *effect =
        add(effecting, quote_qualified(arena, relation->schema, relation->name), relation, lock);
    // the schema of one that was never made is only assumed
    if (!effect->written && relation->is_only_altered &&
        strcmp(relation->schema, model_creation_schema(effecting->model)) == 0)
        effect->written = quote_name(arena, relation->name);
    return effect;
}

Effect *effect_named(Effecting *effecting, const char *schema, const char *name, TargetLock lock)
{
    const Model *model = effecting->model;
    const Relation *known = model_relation(model, schema, name);
    Index *index = NULL;
    Effect *effect;
    if (known) {
        effect = effect_known(effecting, known, lock);
    } else if ((known = model_index(model, schema, name, &index))) {
        effect = effect_index(effecting, known, index, lock.mode); // called a relation
    } else {
        const char *assumed = schema && *schema ? schema : model_creation_schema(model);
        effect = add(effecting, quote_qualified(effecting->arena, assumed, name), NULL, lock);
    }
    effect->written = quote_qualified(effecting->arena, schema, name);
    return effect;
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
