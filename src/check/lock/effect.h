// The lock plan: what a statement locks, rewrites and scans, on which relation, for a server major.
// Refuses to judge (rules do) and to guess: what cannot be known from files makes it incomplete.
// Invariant: each relation stands once, with the strongest lock the statement takes on it.
#pragma once

#include "catalog/model.h"
#include "sql/lock_mode.h"
#include "sql/parse.h"

enum {
    PG_OLDEST = 13,
    PG_NEWEST = 18,
};

typedef struct Effect {
    const char *relation;  // quoted as SQL needs it, ready for to_regclass(): public.users
    const char *written;   // as the statement has it, perhaps without a schema; NULL: not at all
    const Relation *known; // NULL: its CREATE was never seen
    LockMode mode;
    LockReach reach;   // partitions, referenced tables as well
    bool is_rewritten; // the heap is written anew (and its indexes)
    bool is_scanned;   // the whole table is read
    bool builds_index; // an index is built over all of it
    bool is_new;       // made in the same transaction: nobody else can wait for it
    const char
        *why; // what causes a rewrite or scan: "the default calls random(), which is volatile"
} Effect;

typedef struct Effects {
    VEC(Effect) items;
    bool depends_on_version; // another major may give another answer
    bool is_concurrent;      // CONCURRENTLY and its kind: waits itself, nobody waits behind it
    bool is_incomplete;      // it runs what cannot be seen: CALL, EXECUTE, functions with effects
} Effects;

// `transaction` is the one that the statement runs in (Made). `model` is the state before it. The
// statements in a DO block are counted in; the bodies of routines are not, they run when called.
void effects_of(Arena *arena, const Model *model, const ParsedStatement *parsed, int transaction,
                int pg, Effects *ret_effects);
// The worst over a range of majors: the strongest lock, any rewrite, any scan.
void effects_worst(Arena *arena, const Model *model, const ParsedStatement *parsed, int transaction,
                   int pg_from, int pg_to, Effects *ret_effects);
// Of one relation; NULL when the statement does not touch it.
const Effect *effects_find(const Effects *effects, const char *relation);
// The strongest lock on a relation that others can see; LOCK_NONE when there is none.
LockMode effects_strongest(const Effects *effects);
// "ACCESS EXCLUSIVE on public.users (blocks reads and writes), rewrites it": one line.
const char *effect_sentence(Arena *arena, const Effect *effect);
// Worth a line of a plan: a lock that others can wait for, SHARE UPDATE EXCLUSIVE and above.
bool effect_matters(const Effect *effect);
