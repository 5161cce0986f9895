// How risky a migration is, and a plan: low, medium or high, with its reasons. The highest of what
// Kairon's types of risk, nself-chat's complexity matrix, the lock plan, data that would be lost
// and the file's own header say.
// Refuses to look at statements (risk_fact.h) and at a database: sizes are given. Invariant: every
// level has a reason that says it.
#pragma once

#include "check/plan.h"
#include "check/rehearsal_estimate.h"

typedef enum RiskLevel {
    RISK_LEVEL_LOW,
    RISK_LEVEL_MEDIUM,
    RISK_LEVEL_HIGH,
} RiskLevel;

enum {
    RISK_LEVELS = 3,
    RISK_LARGE_ROWS = 1000000,            // nself-chat's border of a large table
    RISK_LARGE_BYTES = 200 * 1000 * 1000, // of one whose rows nobody has counted yet
};

const char *risk_level_word(RiskLevel level); // "low", "medium", "high"
bool risk_level_parse(const char *word, RiskLevel *ret_level);

typedef struct RiskReason {
    RiskLevel level;
    const char *source; // who says so: "Kairon and nself-chat"
    const char *text;   // "drops the column note of public.users"
    Position position;  // in the migration's file; line 0: of all of it
} RiskReason;

typedef struct Risk {
    RiskLevel level;
    VEC(RiskReason) reasons; // the gravest first, else in the file's order; at least one
} Risk;

// Of one script by what its statements do. `sizes` of the target's relations; empty: nobody knows.
void risk_of_facts(Arena *arena, const RiskFacts *facts, const Directives *said,
                   const TableSizes *sizes, Risk *ret_risk);
// Into every step's `risk`; the steps have their lock plans. The plan's level is the highest.
RiskLevel risk_of_plan(Arena *arena, Plan *plan, const TableSizes *sizes);
// The relations that the plan's facts name, each once: whose sizes count.
void risk_relations(Arena *arena, const Plan *plan, Words *ret_relations);
