// Names that a plan's lock plan is about, for finding the scripts that say something about them.
// Refuses grammar: a script that holds the letters of a name is one. Invariant: what is looked for
// is never missed, only found too often.
#pragma once

#include "check/plan.h"
#include "sql/parse.h"

typedef struct LockWanted {
    Arena *arena;
    VEC(Str) names; // without quotes and schema
} LockWanted;

// Functions and types that a statement uses, unless they are PostgreSQL's.
void lock_wanted_add_statement(LockWanted *wanted, const ParsedStatement *parsed);
// Relations of the steps' lock plans, and what they were called before. Says whether there are new
// ones.
bool lock_wanted_add_plan(LockWanted *wanted, const Plan *plan);
// Does a script say something about one of them, or about where names are looked for?
bool lock_wanted_in(const LockWanted *wanted, Str script);
