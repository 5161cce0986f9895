// The report of a run, grown while it runs: events in, phases and steps out.
// Refuses the clock: whoever calls says what time it is. Invariant: what it holds is copied to its
// arena, so that events may come from anywhere; of what comes without end only the first are kept.
#pragma once

#include "base/event.h"
#include "check/run_report.h"

typedef struct RunCollect {
    Arena *arena;
    RunReport report;
    VEC(RunPart) parts; // of the backup
    size_t plan_at;     // where the steps of the last plan begin
    size_t current;     // step at work + 1; 0: none
    bool has_open_phase;
} RunCollect;

// Nobody else may release marks of this arena meanwhile.
void run_collect_init(RunCollect *collect, Arena *arena);
// The steps to come, not begun yet. Those that stand there from an earlier plan and were not begun
// are replaced.
void run_collect_plan(RunCollect *collect, const Plan *plan);
// Of a step of that plan, by its place in it, where the plan itself has none.
void run_collect_locks(RunCollect *collect, size_t place, const LockPlan *locks);
// Ends the phase that is open and begins one. `what`: NULL where the kind says it.
void run_collect_phase(RunCollect *collect, RunPhaseKind kind, const char *what, int64_t at_ms);
void run_collect_end_phase(RunCollect *collect, bool has_failed, int64_t at_ms);
void run_collect_event(RunCollect *collect, const Event *event, int64_t at_ms);
