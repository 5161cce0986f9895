// One statement while its lock plan is made: what every effect_*.c is given, and how they add to
// it. Refuses users outside of check/lock/. Invariant: what is added twice for one relation is one
// effect with the stronger lock; the pointer that adding gives is good until the next.
#pragma once

#include "check/lock/effect.h"

typedef struct Effecting {
    Arena *arena;
    const Model *model;
    const ParsedStatement *parsed;
    int transaction;
    int pg;
    int depth; // of statements in statements
    Effects *effects;
} Effecting;

// A relation by name, schema NULL or "" when none is written.
Effect *effect_named(Effecting *effecting, const char *schema, const char *name, TargetLock lock);
// A RangeVar; one with ONLY is locked alone.
Effect *effect_range(Effecting *effecting, const Node *range, TargetLock lock);
// A list of names, {"s", "t"}; `dropped` of them at the end are not the relation's.
Effect *effect_list(Effecting *effecting, const Node *names, int dropped, TargetLock lock);
Effect *effect_known(Effecting *effecting, const Relation *relation, TargetLock lock);
Effect *effect_index(Effecting *effecting, const Relation *relation, const Index *index,
                     LockMode mode);

// Reasons are the first that was given.
void effect_rewrites(Effect *effect, const char *why);
void effect_scans(Effect *effect, const char *why);
void effect_builds(Effect *effect, const char *why);

// What a RangeVar or a list of names stands for; NULL: never seen made.
const Relation *relation_of_range(const Effecting *effecting, const Node *range);
const Relation *relation_of_list(const Effecting *effecting, const Node *names, int dropped);
// Locks go on to partitions, but not to inheriting tables. Of what nobody knows: they might.
LockReach reach_of_partitions(const Relation *relation);
TargetLock lock_self(LockMode mode);
TargetLock lock_tree(LockMode mode);
TargetLock lock_partitions(LockMode mode, const Relation *relation);

// Whether this answer is another one from major `pg` on.
bool effecting_since(Effecting *effecting, int pg);
