// The ordered steps that `up` or `down` would take, and why they may not be taken.
// Refuses to read anything: status in, plan out. Invariant: steps stand in the order they run.
#pragma once

#include "check/status.h"
#include "migration/shape.h"

typedef enum Direction {
    DIRECTION_UP,
    DIRECTION_DOWN,
} Direction;

typedef struct Step {
    Direction direction;
    const char *version;
    const char *name;
    const Migration *migration;      // NULL: its file is gone, the stored down text is used
    const AppliedMigration *applied; // of a down, and of an up that resumes
    bool is_late;
    bool resumes; // it stopped half way: goes on behind applied->statements_done
    // Filled by apply_survey before anything is executed; of a stored down, `script` by the
    // command:
    Script script;
    Shape shape;
    bool is_one_transaction;
} Step;

typedef struct Plan {
    Direction direction;
    VEC(Step) steps;
    char digest[SHA256_HEX]; // by plan_digest: over direction, versions and checksums, in order
} Plan;

// The same migrations, the same way, from the same point?
bool plan_is_same(const Plan *a, const Plan *b);
// Once every step has its script.
void plan_digest(Plan *plan);

typedef struct PlanOptions {
    int64_t steps;    // 0: all for up, one for down
    const char *to;   // version; up: the last to run; down: the last that stays; "0": everything.
                      // NULL: not said
    const char *only; // this version alone
    bool allow_late;
} PlanOptions;

// A migration that stopped half way comes first and is taken up again.
// ERR_CHECK: late and edited migrations, one that was half taken back, with the way out;
// ERR_CONFIG: an unknown version.
bool plan_up(Arena *arena, const Status *status, const PlanOptions *options, Plan *ret_plan,
             Err *err) __attribute__((warn_unused_result));
// In reverse order of application. ERR_CHECK: irreversible, no down, a baseline.
bool plan_down(Arena *arena, const Status *status, const History *history,
               const PlanOptions *options, Plan *ret_plan, Err *err)
    __attribute__((warn_unused_result));
