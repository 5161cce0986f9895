// What a statement does that a person would weigh before it runs: drops, renames, changed types,
// changed rows, rewrites; each a fact, without a verdict.
// Refuses to weigh (risk.h does) and to know sizes. Invariant: what is done to a thing that the
// same plan made is no fact: nobody has it yet.
#pragma once

#include "check/lock/effect.h"

// The levels are those of Kairon's types of risk, nself-chat's complexity matrix, the lock plan,
// and of data that is lost; NONE: it says nothing of this. The last: from a million rows on.
#define RISK_MATTERS(X)                                                                            \
    X(MATTER_ADDS_INDEX, LOW, LOW, NONE, NONE, MEDIUM)                                             \
    X(MATTER_ADDS_NOT_NULL_COLUMN, LOW, MEDIUM, NONE, NONE, NONE)                                  \
    X(MATTER_ADDS_KEY, NONE, MEDIUM, NONE, NONE, NONE)                                             \
    X(MATTER_SETS_NOT_NULL, MEDIUM, NONE, NONE, NONE, NONE)                                        \
    X(MATTER_CHANGES_TYPE, MEDIUM, HIGH, NONE, NONE, NONE)                                         \
    X(MATTER_RENAMES, MEDIUM, HIGH, NONE, NONE, NONE)                                              \
    X(MATTER_CHANGES_ROUTINE, NONE, MEDIUM, NONE, NONE, NONE)                                      \
    X(MATTER_CHANGES_ROWS, NONE, MEDIUM, NONE, NONE, HIGH)                                         \
    X(MATTER_DROPS_COLUMN, HIGH, HIGH, NONE, HIGH, NONE)                                           \
    X(MATTER_DROPS_TABLE, HIGH, HIGH, NONE, HIGH, NONE)                                            \
    X(MATTER_DROPS_KEY, HIGH, NONE, NONE, NONE, NONE)                                              \
    X(MATTER_DROPS_OTHER, MEDIUM, NONE, NONE, NONE, NONE)                                          \
    X(MATTER_DROPS_ALONG, NONE, HIGH, NONE, HIGH, NONE)                                            \
    X(MATTER_REMOVES_ROWS, HIGH, NONE, NONE, HIGH, NONE)                                           \
    X(MATTER_LOSES_VALUES, NONE, NONE, NONE, HIGH, NONE)                                           \
    X(MATTER_REWRITES, NONE, NONE, MEDIUM, NONE, HIGH)                                             \
    X(MATTER_SCANS, NONE, NONE, MEDIUM, NONE, HIGH)                                                \
    X(MATTER_BLOCKS_WRITES, NONE, NONE, LOW, NONE, MEDIUM)                                         \
    X(MATTER_IS_UNSEEN, NONE, NONE, MEDIUM, NONE, NONE)                                            \
    X(MATTER_IS_TOO_LONG, NONE, HIGH, NONE, NONE, NONE)

typedef enum RiskMatter {
#define X(name, kairon, nself, locks, loss, large) name,
    RISK_MATTERS(X)
#undef X
} RiskMatter;

typedef struct RiskFact {
    RiskMatter matter;
    const char *relation; // as Effect has it; NULL: it is about none
    const char *what;     // "drops the column note of public.users"
    Position position;    // line 0: of the whole file
} RiskFact;

typedef VEC(RiskFact) RiskFacts;

// The state before a statement, and what it locks.
typedef struct RiskLook {
    const Model *model;
    const ParsedStatement *parsed;
    const Effects *effects; // NULL: it locks rows only
    int first_transaction;  // Made.transaction of what the plan makes, from this one on
} RiskLook;

// Appends to `facts`, whose texts are on the arena. A DO block's statements are counted in.
void risk_facts_of(Arena *arena, const RiskLook *look, RiskFacts *facts);
