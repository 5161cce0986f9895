// Makes the lock plan of scripts: reads them in the order in which they run, and keeps in a model
// what they make.
// Refuses a database: what the scripts before did not say is not known. Invariant: statements that
// only touch rows are not even parsed, so a folder of them costs nothing.
#pragma once

#include "check/lock/lock_plan.h"
#include "check/plan.h"
#include "migration/migration.h"
#include "run/lock_wanted.h"

typedef struct LockPlanner {
    Arena *arena;   // that the plans live on
    Arena *scratch; // of one statement
    Model model;
    int transaction; // Made.transaction
    int pg_from, pg_to;
    int first_of_plan;  // transaction of the first that is to be run; 0: nobody wants facts
    int limit;          // statements of a script that are read; 0: all
    LockWanted *wanted; // gets the names that statements use; NULL: nobody asks
    bool doubts;        // what IF NOT EXISTS and OR REPLACE name may be there already
} LockPlanner;

// `pg`: the server's major; 0: not known, the worst of all.
void lock_planner_init(LockPlanner *planner, Arena *arena, Arena *scratch, int pg);
// Reads a script that is held in memory; `ret_plan` NULL: only for what it makes.
void lock_planner_read(LockPlanner *planner, const Script *script, bool is_one_transaction,
                       LockPlan *ret_plan);

// The lock plans of all steps, once. What is applied is read too where it says something about
// relations that the steps touch and did not make.
void lock_planner_plan(Arena *arena, const Status *status, int pg, Plan *plan);
