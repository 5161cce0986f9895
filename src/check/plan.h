// The ordered steps that `up` or `down` would take, and why they may not be taken.
// Refuses to read anything: status in, plan out. Invariant: steps stand in the order they run.
#pragma once

#include "check/lock/lock_plan.h"
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
    const AppliedMigration *applied; // of a down, of an up that resumes, of one that runs again
    bool is_late;
    bool resumes; // it stopped half way: goes on behind applied->statements_done
    int covers;   // up: versions that this baseline script stands for
    int forgets;  // down: repeatable ones applied after it, that run again with the next up
    // Filled by apply_survey before anything is executed; of a stored down, `script` by the
    // command:
    Script script;
    Shape shape;
    bool is_one_transaction;
    LockPlan locks;          // by lock_planner_plan, for those who show it
    const struct Risk *risk; // by risk_of_plan, check/risk.h; NULL: nobody asked
    const Script *verify;    // of an up; NULL: none, or there is nothing in it
} Step;

// Does something have to hold before it is recorded: a verify script, or verify directives?
bool step_is_verified(const Step *step);

typedef struct Plan {
    Direction direction;
    bool allows_empty_down; // a down without a statement is taken for done
    VEC(Step) steps;
    bool has_locks;          // of every step that is not too long: by lock_planner_plan
    char digest[SHA256_HEX]; // by plan_digest: over direction, versions and checksums, in order
} Plan;

// The same migrations, the same way, from the same point?
bool plan_is_same(const Plan *a, const Plan *b);
// Once every step has its script.
void plan_digest(Plan *plan);
// One step more, for a digest of the same steps from elsewhere.
void plan_digest_add(Sha256 *hash, Direction direction, const char *version, const char *checksum);

typedef struct PlanOptions {
    int64_t steps;    // 0: all for up, one for down
    const char *to;   // version; up: the last to run; down: the last that stays; "0": everything.
                      // NULL: not said
    const char *only; // this version alone, and the repeatable ones behind it
    bool allow_late;
    bool allow_empty_down;
} PlanOptions;

// A migration that stopped half way comes first and is taken up again. With `to`, repeatable ones
// are left for later. Where the history is empty the highest baseline script (up to `to`) stands
// for the versions up to it. ERR_CHECK: late and edited migrations, one that was half taken back,
// with the way out; ERR_CONFIG: an unknown version.
bool plan_up(Arena *arena, const Status *status, const PlanOptions *options, Plan *ret_plan,
             Err *err) __attribute__((warn_unused_result));
// Versions in reverse order of application; repeatable ones are not taken back. ERR_CHECK:
// irreversible, no down, a baseline.
bool plan_down(Arena *arena, const Status *status, const History *history,
               const PlanOptions *options, Plan *ret_plan, Err *err)
    __attribute__((warn_unused_result));
