// The round of a rehearsal: each migration up, checked, down, compared, and up again, on a copy.
// Refuses to make the copy and to choose the migrations. Invariant: a migration is rehearsed behind
// all those before it and on nothing else, or it is told that it was not reached.
#pragma once

#include "check/plan.h"
#include "run/rehearse/place.h"

typedef struct RoundStep {
    const Migration *migration;
    bool is_rehearsed; // false: it only has to be there
    const char *risk;  // its word; NULL: not known
} RoundStep;

typedef struct RoundOptions {
    const char *schema; // of our tables; NULL: migrate_safe
    const char *run_id;
    int64_t statement_timeout_ms; // as `up` would set it; 0: none. An hour at the most
    int64_t rows;                 // generated in each table before each migration; 0: none
    const char *queries;          // folder of smoke queries; NULL: none
    const Target *target;         // whose sizes and statements are asked; NULL: none
    const char *load;             // folder of the application's transactions; NULL: none
    int64_t load_rate;            // of them a second; 0: 20
    bool allows_missing_downs;
    bool tries_recovery; // what is no single transaction is stopped behind each statement as well
    void (*on_migration)(void *context, const RehearsedMigration *migration); // may be NULL
    void *context;
} RoundOptions;

typedef VEC(RoundStep) RoundSteps;

// Fills `rehearsal`, whose limits are there already, but for what is known of the place. What a
// migration does wrong is a finding; errors are only what ends the rehearsal: ERR_CONNECTION (the
// server of the copy is gone), ERR_SERVER, ERR_IO, ERR_INTERRUPTED, ERR_CHECK (smoke queries that
// do not work before).
bool round_run(Arena *arena, RehearsalPlace *place, const RoundSteps *steps,
               const RoundOptions *options, Rehearsal *rehearsal, Err *err)
    __attribute__((warn_unused_result));
