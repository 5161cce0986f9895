// What all forms of a run's report say in the same words: the verdict, locks, waits, the backup,
// what is left for a person to do.
// Refuses to lay out and to escape. Invariant: what is not known is never shown as nothing.
#pragma once

#include "check/run_report.h"

bool run_is_good(const RunReport *report);
// "Applied", "Reverted", "Stopped", "Failed:", "Interrupted:", "Not settled:", "No end".
const char *run_verdict_title(const RunReport *report);
// Behind it: "4 migrations in 240 ms", "before the first statement: ...".
const char *run_verdict_text(Arena *arena, const RunReport *report);
const char *run_where_text(Arena *arena, const RunReport *report); // "up on shop at db:5432 ..."
// "undo-run: taken back: 003, 002"
const char *run_after_text(Arena *arena, const RunAfter *after);
const char *run_plan_text(Arena *arena, const RunReport *report); // "4 migrations, risk medium"
// Is anything known of what let it run: rehearsal, approvals, what was passed over, risk?
bool run_has_allowed(const RunReport *report);
const char *run_rehearsal_text(Arena *arena, const RunRehearsal *rehearsal);
// "35.0 s to 41.0 s"; NULL: nothing was expected.
const char *run_expected_text(Arena *arena, const RunRehearsal *rehearsal);
const char *run_backup_text(Arena *arena, const RunBackup *backup);
// "12 passed, 1 warning, 0 failed, 0 unknown"
const char *run_checks_text(Arena *arena, const RunChecks *checks);
size_t run_checks_count(const RunChecks *checks, Verdict verdict);

const char *run_phase_text(Arena *arena, const RunPhase *phase); // "migration 003"
// What came of it, in a few words; "" when there is nothing to say.
const char *run_phase_note(Arena *arena, const RunReport *report, const RunPhase *phase);

const char *run_step_word(const RunStep *step);    // "applied", "not run", "partly done"
const RunLock *run_step_lock(const RunStep *step); // the strongest; NULL: none is known
// "ACCESS EXCLUSIVE on public.orders and 2 more", "nobody waits", "" where it is not known.
const char *run_step_lock_text(Arena *arena, const RunStep *step);
// "at most 40 ms" when they were held to its end; "" else.
const char *run_step_held_text(Arena *arena, const RunStep *step);
int64_t run_step_waited_ms(const RunStep *step);
// "1.2 s in 3 attempts"; "" of none.
const char *run_step_wait_text(Arena *arena, const RunStep *step);
const char *run_wait_text(Arena *arena, const RunWait *wait);
const char *run_lock_cost(const RunLock *lock);                   // "writes it anew", ""
const char *run_lock_effect(const RunLock *lock);                 // "reads and writes wait"
const char *run_error_place(Arena *arena, const RunError *error); // "FILE:3:7"; NULL: nowhere

// What a person has to do or look at now, the most urgent first.
void run_todo(Arena *arena, const RunReport *report, Words *ret_lines);
